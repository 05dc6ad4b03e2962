// The state of all figures in the address: #f.NAME.KNOB=value&…&at=fig-NAME. Knobs at their default are left out while
// the reader plays; a copied link names every knob of its figure, so that it still holds when a default changes.

const figures = new Map();
let timer = 0;

/** Take part: `figure` has `name`, `knobs`, and is told to `apply(values)` when the address changes. */
export function register(figure) {
  figures.set(figure.name, figure);
  return stateOf(location.hash).get(figure.name) ?? new Map();
}

/** Write the present state into the address, a little after the last change. */
export function note() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const hash = write(null);
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }, 200);
}

/** The address that holds the whole state, and leads to one figure. */
export function linkTo(figure) {
  return `${location.origin}${location.pathname}${location.search}#${write(figure)}`;
}

function write(whole) {
  const parts = new URLSearchParams();
  for (const figure of figures.values()) {
    for (const knob of figure.knobs.values()) {
      if (figure === whole || knob.changed) parts.append(`f.${figure.name}.${knob.name}`, knob.text);
    }
  }
  if (whole) parts.append("at", `fig-${whole.name}`);
  return parts.toString();
}

function stateOf(hash) {
  const state = new Map();
  for (const [key, value] of new URLSearchParams(hash.slice(1))) {
    const [mark, name, ...rest] = key.split(".");
    if (mark !== "f" || !rest.length) continue;
    if (!state.has(name)) state.set(name, new Map());
    state.get(name).set(rest.join("."), value);
  }
  return state;
}

/** Go to the figure that a copied link names, once the page stands. */
export function arrive() {
  const at = new URLSearchParams(location.hash.slice(1)).get("at");
  if (at) document.getElementById(at)?.scrollIntoView();
}

addEventListener("hashchange", () => {
  const state = stateOf(location.hash);
  if (!state.size) return;
  for (const figure of figures.values()) figure.apply(state.get(figure.name) ?? new Map());
  arrive();
});
