// A scene in three dimensions: the reader's camera over the painter's picture, words on top of it, and words instead.

import { Camera } from "./scene-camera.js";
import { painter } from "./scene-gl.js";
import { listen, TURN } from "./scene-hands.js";
import { build } from "./scene-shapes.js";
import { write } from "./scene-words.js";

const TINTS = ["ink", "faint", "accent", "second", "third", "x", "y", "z", "soft", "paper"];

/** Milliseconds of script for each of the last thousand drawings, for the bench. */
export const timings = (window.ufSceneTimings = []);

/** The panel that the reader turns or changes, which has the live painter's canvas. */
let inHand = null;

// A live canvas is empty on paper.
addEventListener("beforeprint", () => inHand?.drop());

const rgb = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map((v) => Number(v) / 255);
const set = (node, words) => {
  if (node.textContent !== words) node.textContent = words;
};

function fitted(canvas, { width, height }) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  return canvas;
}

export class ScenePanel {
  constructor(root, tables, name) {
    Object.assign(this, { root, tables, name, gone: new AbortController() });
    root.className = "panel panel-scene";
    root.innerHTML = `<p class="panel-title"></p>
      <div class="frame"><canvas class="solid"></canvas><canvas class="words" tabindex="0" role="img"></canvas>
      <span class="hint" aria-hidden="true"></span></div>
      <ul class="legend"></ul><p class="in-words" hidden></p><p class="panel-caption"></p><i class="probe" hidden></i>`;
    const find = (selector) => root.querySelector(selector);
    this.solid = find(".solid");
    this.over = find(".words");
    this.camera = new Camera();
    this.painter = painter("still");
    // Without WebGL the scene is told, not shown.
    find(".frame").hidden = !this.painter;
    find(".in-words").hidden = Boolean(this.painter);
    this.over.setAttribute("aria-description", TURN);
    setTimeout(() => painter("live"));
    listen(this.over, this.camera, () => {
      this.take();
      this.later();
    });
    this.watch();
  }

  /** Follow the size of the panel, the theme of the page, and the graphics card that went and came. */
  watch() {
    const { signal } = this.gone;
    const again = () => {
      this.tints = null;
      if (this.panel) this.draw(this.panel);
    };
    this.sized = new ResizeObserver(() => this.later());
    this.sized.observe(this.over);
    this.themed = new MutationObserver(again);
    this.themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again, { signal });
    for (const kind of ["still", "live"]) painter(kind)?.addEventListener("restored", again, { signal });
  }

  /** The reader is at this scene: it is drawn where it is shown, without a copy. */
  take() {
    const live = this.panel && painter("live");
    if (!live || inHand === this) return;
    inHand?.drop();
    inHand = this;
    this.solid.after(live.canvas);
    this.hire(live);
  }

  /** The reader is at another scene: what is seen now stays as a still. */
  drop() {
    inHand = null;
    this.painter.canvas.remove();
    this.hire(painter("still"));
    this.render();
  }

  hire(next) {
    this.loaded?.free();
    this.painter = next;
    this.loaded = next.load(this.built);
  }

  /** The panel leaves the page. */
  close() {
    this.gone.abort();
    this.sized.disconnect();
    this.themed.disconnect();
    this.loaded?.free();
    if (inHand === this) {
      inHand = null;
      this.painter.canvas.remove();
    }
  }

  draw(panel) {
    this.panel = panel;
    this.tints ??= this.readTints();
    this.camera.rest(panel.azimuth, panel.elevation, panel.extent);
    this.words();
    if (!this.painter) return;
    const again = Boolean(this.built);
    this.built = build(panel, this.tints, this.tables);
    this.hire(this.painter);
    // Knobs are being turned: one scene of the figure is drawn in place, the others as stills.
    if (again && inHand?.root.parentElement !== this.root.parentElement) this.take();
    this.render();
  }

  /** The colours that the page's style gives to the names of tints. */
  readTints() {
    const probe = this.root.querySelector(".probe");
    this.font = getComputedStyle(this.over).fontFamily;
    const read = (name) => {
      probe.className = `probe tint-${name}`;
      return [name, rgb(getComputedStyle(probe).color)];
    };
    return Object.fromEntries(TINTS.map(read));
  }

  words() {
    const { panel, root } = this;
    const caption = root.querySelector(".panel-caption");
    set(root.querySelector(".panel-title"), panel.title);
    set(caption, panel.caption);
    caption.hidden = !panel.caption;
    set(root.querySelector(".in-words"), panel.description);
    const named = panel.items.filter((item) => item.label && item.kind !== "arrow");
    const key = named.map((item) => `${item.kind} ${item.tint} ${item.label}`).join();
    if (key === this.legendKey) return;
    this.legendKey = key;
    const rows = named.map((item) => {
      const row = Object.assign(document.createElement("li"), { textContent: item.label });
      row.className = `is-${item.kind} tint-${item.tint}`;
      return row;
    });
    root.querySelector(".legend").replaceChildren(...rows);
  }

  summary() {
    return `${this.panel.title || this.name}: ${this.panel.description} ${this.camera}`;
  }

  /** Draw once before the next picture of the screen, however often this is called. */
  later() {
    if (this.waiting || !this.loaded) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (this.root.isConnected) this.render();
    });
  }

  render() {
    const start = performance.now();
    const { over, camera, tints, font } = this;
    const scale = Math.min(devicePixelRatio || 1, 2);
    const [width, height] = [over.clientWidth, over.clientHeight].map((v) => Math.max(1, Math.round(v * scale)));
    const look = { width, height, scale, tints, font, paper: tints.paper };
    this.painter.draw(this.loaded, camera, look);
    if (inHand !== this) fitted(this.solid, look).getContext("2d").drawImage(this.painter.canvas, 0, 0);
    write(fitted(over, look).getContext("2d"), this.panel, camera, look);
    const label = this.summary();
    if (over.getAttribute("aria-label") !== label) over.setAttribute("aria-label", label);
    this.root.classList.toggle("touched", camera.touched);
    timings.push(performance.now() - start);
    if (timings.length > 1000) timings.shift();
  }
}
