// What the reader has solved: kept in this browser alone, shown as one line, to be taken along or cleared.

const KEY = "underfocus.progress";

function load() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY));
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

function save(kept) {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A private window keeps the progress for this page alone.
  }
}

let kept = load();
const lines = new Set();

/** Whether the problem of that full name was answered rightly before. */
export const solved = (id) => Boolean(kept[id]?.solved);

/** Keep that a problem was answered. */
export function keep(id, right) {
  kept = { ...load(), ...kept };
  const before = kept[id] ?? { tries: 0, solved: null };
  kept[id] = { tries: before.tries + 1, solved: before.solved ?? (right ? new Date().toISOString() : null) };
  save(kept);
  for (const line of lines) line.show();
}

export class Progress {
  constructor(element) {
    this.element = element;
    this.ids = [...document.querySelectorAll("[data-problem], [data-derivation]")].map(
      (problem) => problem.dataset.problem ?? problem.dataset.derivation,
    );
    if (!this.ids.length) return;
    element.innerHTML = `<p><span class="count" role="status"></span>
      <svg class="bar" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true"><rect height="2"/></svg></p>
      <p class="tools"><button type="button" data-do="export">Export progress</button>
      <button type="button" data-do="clear">Clear</button></p>`;
    element.querySelector('[data-do="export"]').addEventListener("click", () => this.export());
    element.querySelector('[data-do="clear"]').addEventListener("click", () => this.clear());
    lines.add(this);
    this.show();
  }

  show() {
    const done = this.ids.filter(solved).length;
    const words = `${done} of ${this.ids.length} problems solved`;
    const count = this.element.querySelector(".count");
    if (count.textContent !== words) count.textContent = words;
    this.element.querySelector("rect").setAttribute("width", String((100 * done) / this.ids.length));
    for (const problem of document.querySelectorAll("[data-problem], [data-derivation]")) {
      problem.classList.toggle("solved", solved(problem.dataset.problem ?? problem.dataset.derivation));
    }
  }

  export() {
    const file = new Blob([JSON.stringify(load(), null, 2)], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = "underfocus-progress.json";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  clear() {
    if (!confirm("Forget the answers of this chapter?")) return;
    kept = { ...load() };
    for (const id of this.ids) delete kept[id];
    save(kept);
    this.show();
  }
}
