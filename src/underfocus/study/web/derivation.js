// A living derivation: residuals between its lines follow the knobs; the reader marks where an approximation enters.

import { number } from "./axes.js";
import { Knob } from "./knob.js";
import { ask, show } from "./problem.js";
import { keep } from "./progress.js";

export class Derivation {
  constructor(element, live) {
    this.id = element.dataset.derivation;
    this.live = live;
    this.form = element.querySelector("form");
    this.gaps = [...element.querySelectorAll(".gap")];
    this.trouble = element.querySelector(".trouble");
    this.verdict = element.querySelector(".verdict");
    const rows = element.querySelectorAll("[data-knob]");
    this.knobs = [...rows].map((row) => new Knob(row, () => this.ask()));
    for (const gap of this.gaps) {
      const mark = gap.querySelector(".mark");
      mark.addEventListener("click", () => {
        const on = mark.getAttribute("aria-pressed") !== "true";
        mark.setAttribute("aria-pressed", String(on));
        mark.textContent = on ? "approximation" : "approximation?";
      });
    }
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.check();
    });
    live.listen(this.id, (answer) => this.hear(answer));
    this.ask();
  }

  ask() {
    this.live.ask("derivation", this.id, Object.fromEntries(this.knobs.map((knob) => [knob.name, knob.value])));
  }

  hear(answer) {
    this.trouble.hidden = !answer.error;
    this.trouble.textContent = answer.error ?? "";
    if (answer.error) return;
    this.gaps.forEach((gap, i) => {
      const residual = answer.residuals[i];
      const exact = residual !== null && Math.abs(residual) < 1e-12;
      gap.querySelector(".residual").textContent = exact ? "exact to rounding" : `differs by ${number(residual, 3)}`;
      // The bar is logarithmic: empty at 10⁻⁶, full at 1.
      const share = exact ? 0 : Math.max(0, Math.min(1, 1 + Math.log10(Math.abs(residual ?? 1)) / 6));
      gap.querySelector("rect").setAttribute("width", String(100 * share));
    });
    this.form.dataset.seq = answer.seq;
  }

  async check() {
    const marked = this.gaps
      .filter((gap) => gap.querySelector(".mark").getAttribute("aria-pressed") === "true")
      .map((gap) => Number(gap.dataset.gap));
    const verdict = await ask(`/api/derivations/${this.id}`, { marked });
    show(this.verdict, verdict);
    if (!verdict.error) keep(this.id, verdict.correct);
  }
}
