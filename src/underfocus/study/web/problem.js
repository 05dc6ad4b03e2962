// A problem: gathers the answer of its kind, asks the engine, shows the hint or the explanation.

import { figureOf } from "./figure.js";
import { keep } from "./progress.js";

/** Send an answer; the verdict, or an object with an `error` sentence. */
export async function ask(address, answer) {
  const headers = { "content-type": "application/json" };
  try {
    const response = await fetch(address, { method: "POST", headers, body: JSON.stringify({ answer }) });
    return await response.json();
  } catch {
    return { error: "The study did not answer; is it still running?" };
  }
}

/** Show a verdict in its box. */
export function show(box, verdict) {
  box.className = `verdict ${verdict.error ? "unclear" : verdict.correct ? "right" : "wrong"}`;
  if (verdict.error) {
    box.replaceChildren(Object.assign(document.createElement("p"), { textContent: verdict.error }));
    return;
  }
  box.innerHTML = verdict.message_html + (verdict.explanation_html ?? "");
}

export class Problem {
  constructor(element) {
    this.element = element;
    this.id = element.dataset.problem;
    this.kind = element.dataset.kind;
    this.form = element.querySelector("form");
    this.verdict = element.querySelector(".verdict");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.check();
    });
    if (this.kind === "order") this.order();
    if (this.kind === "card") this.card();
    if (this.kind === "code") this.code();
  }

  /** The answer, as the checker of this kind reads it; a sentence where something is missing. */
  answer() {
    const all = (selector) => [...this.form.querySelectorAll(selector)];
    switch (this.kind) {
      case "choice": {
        const chosen = this.form.querySelector('input[name="choice"]:checked');
        return chosen ? { choice: Number(chosen.value) } : "Choose one of the options first.";
      }
      case "order":
        return { order: all(".order > li").map((row) => Number(row.dataset.option)) };
      case "match": {
        const pairs = all("select").map((select) => select.value);
        return pairs.includes("") ? "Choose a partner for every row first." : { match: pairs.map(Number) };
      }
      case "target": {
        const figure = figureOf(this.element.dataset.figure.split("/").at(-1));
        return figure ? { values: figure.values } : "The figure of this problem is not on this page.";
      }
      case "card":
        return { text: this.form.querySelector("textarea").value };
      case "code":
        return {
          code: this.form.querySelector("textarea").value,
          anyway: this.form.querySelector('[name="anyway"]').checked,
        };
      default: {
        const fields = all("input");
        if (fields.some((field) => !field.value.trim())) return "Write an answer first.";
        return Object.fromEntries(fields.map((field) => [field.name, field.value.trim()]));
      }
    }
  }

  async check() {
    const answer = this.answer();
    if (typeof answer === "string") {
      show(this.verdict, { error: answer });
      return;
    }
    const button = this.form.querySelector(".check");
    button.disabled = true;
    const verdict = await ask(`/api/problems/${this.id}`, answer);
    button.disabled = false;
    show(this.verdict, verdict);
    if (verdict.allow) this.form.querySelector(".anyway").hidden = false;
    if (!verdict.error) keep(this.id, verdict.correct);
  }

  /** Steps are moved with their buttons, or dragged. */
  order() {
    const list = this.form.querySelector(".order");
    list.addEventListener("click", (event) => {
      const by = Number(event.target.dataset?.move);
      if (!by) return;
      const row = event.target.closest("li");
      const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
      if (!other) return;
      if (by < 0) other.before(row);
      else other.after(row);
      event.target.focus();
      this.number(list);
    });
    let dragged = null;
    for (const row of list.children) {
      row.draggable = true;
      row.addEventListener("dragstart", () => (dragged = row));
      row.addEventListener("dragend", () => (dragged = null));
      row.addEventListener("dragover", (event) => {
        if (!dragged || dragged === row) return;
        event.preventDefault();
        const box = row.getBoundingClientRect();
        if (event.clientY < box.top + box.height / 2) row.before(dragged);
        else row.after(dragged);
        this.number(list);
      });
    }
    this.number(list);
  }

  number(list) {
    [...list.children].forEach((row, i) => {
      const [up, down] = row.querySelectorAll("button");
      up.setAttribute("aria-label", `move up, now in place ${i + 1}`);
      down.setAttribute("aria-label", `move down, now in place ${i + 1}`);
    });
  }

  /** A model answer is shown only after something was written. */
  card() {
    const area = this.form.querySelector("textarea");
    const button = this.form.querySelector(".check");
    const least = Number(area.getAttribute("minlength"));
    const follow = () => {
      const left = least - area.value.trim().length;
      button.disabled = left > 0;
      this.form.querySelector(".count").hidden = left <= 0;
    };
    remember(area, `underfocus.card.${this.id}`);
    area.addEventListener("input", follow);
    follow();
  }

  /** Code: Enter keeps the indentation; Tab is left alone, since the keyboard must find its way out. */
  code() {
    const area = this.form.querySelector("textarea");
    const starter = area.defaultValue;
    remember(area, `underfocus.code.${this.id}`);
    area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) {
        this.form.requestSubmit();
        return;
      }
      const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
      const deeper = line.trimEnd().endsWith(":") ? "    " : "";
      area.setRangeText(`\n${line.match(/^ */)[0]}${deeper}`, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input"));
    });
    this.form.querySelector(".begin").addEventListener("click", () => {
      area.value = starter;
      area.dispatchEvent(new Event("input"));
      area.focus();
    });
  }
}

/** Keep what is written in a field from one visit to the next. */
function remember(area, key) {
  try {
    area.value = localStorage.getItem(key) ?? area.value;
  } catch {
    // Without storage the text lasts as long as the page.
  }
  area.addEventListener("input", () => {
    try {
      localStorage.setItem(key, area.value);
    } catch {
      // As above.
    }
  });
}
