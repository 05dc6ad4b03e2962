// A live figure: knobs ask the engine for a drawing, the newest answer is shown, and the text alternative follows.

import { colours, ImagePanel } from "./image.js";
import { Knob } from "./knob.js";
import { linkTo, note, register } from "./permalink.js";
import { PlotPanel } from "./plot.js";
import { ScenePanel } from "./scene.js";

const KINDS = { image: ImagePanel, scene: ScenePanel };

/** Timings of the last thousand drawings, for the bench: input, received, drawn and painted, in ms of this page. */
export const timings = (window.ufTimings = []);
const all = new Map();

/** The figure of that name on this page. */
export const figureOf = (name) => all.get(name);

export class Figure {
  constructor(element, live) {
    this.element = element;
    this.live = live;
    this.id = element.dataset.figure;
    this.name = this.id.split("/").at(-1);
    this.stage = element.querySelector(".stage");
    this.readouts = element.querySelector(".readouts");
    this.trouble = element.querySelector(".trouble");
    this.status = element.querySelector(".status");
    this.asked = new Map();
    this.panels = [];
    const rows = element.querySelectorAll("[data-knob]");
    this.knobs = new Map([...rows].map((row) => [row.dataset.knob, new Knob(row, () => this.turned())]));
    element.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
    this.tools();
    all.set(this.name, this);
    for (const [name, value] of register(this)) this.knobs.get(name)?.set(value);
    live.listen(this.id, (answer) => this.hear(answer));
    this.measured = element.hasAttribute("data-measured");
    if (this.measured) this.bench();
    else this.ask();
  }

  get values() {
    return Object.fromEntries([...this.knobs].map(([name, knob]) => [name, knob.value]));
  }

  turned() {
    this.stop();
    this.follow();
    note();
  }

  /** Draw again after the knobs moved; a measurement waits until it is asked for. */
  follow() {
    if (!this.measured) this.ask();
    else if (this.answer) this.status.textContent = "The knobs have moved since this was measured.";
  }

  ask() {
    const seq = this.live.ask("figure", this.id, this.values);
    this.asked.set(seq, performance.now());
  }

  /** Set every knob: the given ones to their text, the others to their default. */
  apply(values) {
    for (const [name, knob] of this.knobs) knob.set(values.get(name) ?? knob.default);
    this.follow();
  }

  /** A measured figure: its button starts a run, and stops it after the stage in hand. */
  bench() {
    const button = this.element.querySelector('[data-tool="measure"]');
    this.running = (on) => {
      this.busy = on;
      button.textContent = on ? "Measuring … (press to stop)" : "Measure on this machine";
      this.element.classList.toggle("measuring", on);
    };
    button.addEventListener("click", () => {
      if (this.busy) this.live.ask("figure", this.id, this.values, { stop: true });
      else this.ask();
      this.running(!this.busy);
    });
  }

  async hear(answer) {
    const tables = await colours();
    const input = this.asked.get(answer.seq);
    for (const seq of this.asked.keys()) if (seq <= answer.seq) this.asked.delete(seq);
    this.trouble.hidden = !answer.error;
    this.trouble.textContent = answer.error ?? "";
    if (this.measured && (answer.done || answer.error)) {
      this.live.forget(this.id);
      this.running(false);
    }
    if (answer.done || answer.error) return;
    this.show(answer, tables);
    const drawn = performance.now();
    const timing = { figure: this.id, seq: answer.seq, input, received: answer.received, drawn, server: answer.ms };
    timing.sha256 = answer.panels.map((panel) => panel.sha256);
    requestAnimationFrame(() => {
      // The frame after this one begins once these pixels were handed to the screen.
      setTimeout(() => {
        timing.painted = performance.now();
        timings.push(timing);
        if (timings.length > 1000) timings.shift();
      });
    });
    this.element.dataset.seq = answer.seq;
    this.drawn?.(answer);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => this.say(answer), 700);
  }

  show(answer, tables) {
    const kinds = answer.panels.map((panel) => KINDS[panel.kind] ?? PlotPanel);
    if (kinds.length !== this.panels.length || kinds.some((kind, i) => !(this.panels[i] instanceof kind))) {
      this.stage.dataset.columns = answer.columns;
      for (const panel of this.panels) panel.close?.();
      this.stage.replaceChildren(...kinds.map(() => document.createElement("div")));
      this.panels = kinds.map((Kind, i) => new Kind(this.stage.children[i], tables, this.element.dataset.title));
    }
    this.panels.forEach((panel, i) => panel.draw(answer.panels[i]));
    this.print(answer.readouts);
    this.answer = answer;
  }

  /** The read-outs, rewritten only where they changed. */
  print(readouts) {
    while (this.readouts.children.length > readouts.length) this.readouts.lastChild.remove();
    readouts.forEach((readout, i) => {
      let row = this.readouts.children[i];
      if (!row) {
        row = document.createElement("div");
        row.innerHTML = "<dt></dt><dd><b></b><span></span></dd><dd></dd>";
        this.readouts.append(row);
      }
      const words = [readout.label, readout.text, readout.unit ? ` ${readout.unit}` : "", readout.note];
      [...row.querySelectorAll("dt, b, span"), row.lastChild].forEach((node, k) => {
        if (node.textContent !== words[k]) node.textContent = words[k];
      });
    });
  }

  /** Once the knobs rest: the state in words, for those who cannot see it. */
  say(answer) {
    const knobs = [...this.knobs.values()].join(", ");
    const numbers = answer.readouts.map((r) => `${r.label} ${r.text} ${r.unit}`.trim()).join(", ");
    const pictures = this.panels.map((panel) => panel.summary()).join(". ");
    this.status.textContent = [knobs, numbers, pictures].filter(Boolean).join(". ");
  }

  tools() {
    const tool = (name) => this.element.querySelector(`[data-tool="${name}"]`);
    tool("reset").hidden = tool("link").hidden = !this.knobs.size;
    tool("reset").addEventListener("click", () => {
      for (const knob of this.knobs.values()) knob.set(knob.default);
      this.turned();
    });
    tool("link").addEventListener("click", (event) => this.copy(event.currentTarget));
    tool("code").addEventListener("click", (event) => this.code(event.currentTarget));
    this.playTool = tool("play");
    const played = this.element.querySelector(".knobs")?.dataset.play;
    if (played) {
      this.playTool.hidden = false;
      this.playTool.addEventListener("click", () => (this.playing ? this.stop() : this.play(this.knobs.get(played))));
    }
  }

  async copy(button) {
    const link = linkTo(this);
    history.replaceState(null, "", link);
    try {
      await navigator.clipboard.writeText(link);
      button.textContent = "Copied";
    } catch {
      button.textContent = "The link is in the address bar";
    }
    setTimeout(() => (button.textContent = "Copy link"), 2500);
  }

  async code(button) {
    const box = this.element.querySelector(".code");
    if (!box.childElementCount) {
      const answer = await fetch(`/code/${this.id}`);
      box.innerHTML = answer.ok ? await answer.text() : "<p>The code could not be read.</p>";
    }
    box.hidden = !box.hidden;
    button.setAttribute("aria-expanded", String(!box.hidden));
    button.textContent = box.hidden ? "Show the code" : "Hide the code";
  }

  /** Move one knob to and fro; the next step waits for the drawing of the last. */
  play(knob) {
    this.playing = true;
    this.playTool.textContent = "Pause";
    this.playTool.setAttribute("aria-pressed", "true");
    let phase = Math.acos(1 - 2 * knob.share);
    let before = performance.now();
    const step = (now) => {
      if (!this.playing) return;
      if (!this.asked.size) {
        phase += ((now - before) / 4000) * Math.PI;
        knob.share = (1 - Math.cos(phase)) / 2;
        this.ask();
      }
      before = now;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  stop() {
    if (!this.playing) return;
    this.playing = false;
    this.playTool.textContent = "Play";
    this.playTool.setAttribute("aria-pressed", "false");
    note();
  }
}

/** What a file field brings: the choice that stands for it, and what to say of it once it is read. */
const BROUGHT = {
  specimen: {
    choice: "mine",
    words: (a) => `${a.shape.join(" × ")} pixels of ${a.pixel} Å${a.warnings.map((w) => `; ${w}`).join("")}`,
  },
  views: { choice: "my particles", words: (a) => `${a.particles} particles` },
};

/** Let a file field bring what is the reader's own, and show it in every figure that can. */
export function uploads() {
  for (const field of document.querySelectorAll(".knob-upload input")) {
    field.addEventListener("change", () => bring(field));
  }
}

async function bring(field) {
  const [file] = field.files;
  const said = field.parentElement.querySelector(".upload-note");
  if (!file) return;
  if (file.size > 64 * 2 ** 20) {
    said.textContent = `${file.name} has ${Math.round(file.size / 2 ** 20)} MB, and at most 64 MB are taken.`;
    return;
  }
  said.textContent = "Reading …";
  const { choice, words } = BROUGHT[field.dataset.brings];
  try {
    const body = { method: "POST", body: file, headers: { "content-type": "application/octet-stream" } };
    const answer = await (await fetch(`/api/${field.dataset.brings}?name=${encodeURIComponent(file.name)}`, body)).json();
    if (answer.error) throw new Error(answer.error);
    said.textContent = `${answer.name}: ${words(answer)}`;
  } catch (error) {
    said.textContent = error.message;
    return;
  }
  const own = figureOf(field.closest("uf-figure").dataset.figure.split("/").at(-1));
  for (const figure of all.values()) {
    const knob = [...figure.knobs.values()].find((k) => k.kind === "choice" && k.root.querySelector(`[value="${choice}"]`));
    if (!knob) continue;
    if (figure === own) knob.set(choice);
    if (knob.value === choice) figure.turned();
  }
}
