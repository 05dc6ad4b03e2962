// A scene in three dimensions: the reader's camera over the painter's picture, words drawn on top, and words instead.

import { Camera, project } from "./scene-camera.js";
import { Painter } from "./scene-gl.js";

const TINTS = ["ink", "faint", "accent", "second", "third", "x", "y", "z"];
const KEYS = { ArrowLeft: [-5, 0], ArrowRight: [5, 0], ArrowUp: [0, 5], ArrowDown: [0, -5] };
const TURN = "Drag or use the arrow keys to turn it, plus and minus for size, Home to begin again.";

/** Milliseconds of script for each of the last thousand drawings, for the bench. */
export const timings = (window.ufSceneTimings = []);

const rgb = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map((v) => Number(v) / 255);

export class ScenePanel {
  constructor(root, tables, name) {
    Object.assign(this, { root, tables, name });
    root.className = "panel panel-scene";
    root.innerHTML = `<p class="panel-title"></p>
      <div class="frame"><canvas class="solid"></canvas><canvas class="words" tabindex="0" role="img"></canvas></div>
      <ul class="legend"></ul><p class="in-words" hidden></p><p class="panel-caption"></p><i class="probe" hidden></i>`;
    const find = (selector) => root.querySelector(selector);
    this.title = find(".panel-title");
    this.solid = find(".solid");
    this.over = find(".words");
    this.legend = find(".legend");
    this.caption = find(".panel-caption");
    this.probe = find(".probe");
    this.camera = new Camera();
    this.painter = Painter.for(this.solid);
    if (!this.painter) this.inWords();
    this.context = this.over.getContext("2d");
    this.over.setAttribute("aria-description", TURN);
    this.listen();
    this.watch();
  }

  /** Without WebGL the scene is told, not shown. */
  inWords() {
    this.root.querySelector(".frame").hidden = true;
    this.root.querySelector(".in-words").hidden = false;
  }

  listen() {
    const { over, camera } = this;
    const held = new Map();
    over.addEventListener("pointerdown", (event) => {
      over.setPointerCapture(event.pointerId);
      held.set(event.pointerId, event);
    });
    over.addEventListener("pointermove", (event) => {
      const before = held.get(event.pointerId);
      if (!before) return;
      held.set(event.pointerId, event);
      const speed = 200 / over.clientWidth;
      camera.turn((before.clientX - event.clientX) * speed, (event.clientY - before.clientY) * speed);
      this.later();
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      over.addEventListener(end, (event) => held.delete(event.pointerId));
    }
    over.addEventListener("dblclick", () => this.again());
    over.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    over.addEventListener("keydown", (event) => this.key(event));
    this.solid.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.solid.addEventListener("webglcontextrestored", () => {
      this.painter = Painter.for(this.solid);
      if (this.panel) this.draw(this.panel);
    });
  }

  /** Follow the size of the panel and the theme of the page. */
  watch() {
    new ResizeObserver(() => this.later()).observe(this.over);
    const recolour = () => {
      this.tints = null;
      if (this.panel) this.draw(this.panel);
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
    new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** The page zooms with Ctrl and the wheel elsewhere; here the scene does. Without Ctrl the page scrolls. */
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.camera.magnify(Math.exp(-event.deltaY / 300));
    this.later();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const turn = KEYS[event.key];
    if (turn) this.camera.turn(...turn.map((v) => (event.shiftKey ? 3 * v : v)));
    else if (event.key === "+" || event.key === "=") this.camera.magnify(1.15);
    else if (event.key === "-") this.camera.magnify(1 / 1.15);
    else if (event.key === "Home") this.camera.reset();
    else return;
    event.preventDefault();
    this.later();
  }

  again() {
    this.camera.reset();
    this.later();
  }

  draw(panel) {
    this.panel = panel;
    this.tints ??= this.readTints();
    this.camera.rest(panel.azimuth, panel.elevation, panel.extent);
    this.words();
    this.painter?.load(panel, this.tints, this.tables);
    this.render();
  }

  /** The colours that the page's style gives to the names of tints. */
  readTints() {
    const found = {};
    for (const name of TINTS) {
      this.probe.className = `probe tint-${name}`;
      found[name] = rgb(getComputedStyle(this.probe).color);
    }
    return found;
  }

  words() {
    const { panel } = this;
    const set = (node, words) => {
      if (node.textContent !== words) node.textContent = words;
    };
    set(this.title, panel.title);
    set(this.caption, panel.caption);
    this.caption.hidden = !panel.caption;
    set(this.root.querySelector(".in-words"), panel.description);
    const named = panel.items.filter((item) => item.label && item.kind !== "arrow");
    const key = named.map((item) => `${item.tint} ${item.label}`).join();
    if (key === this.legendKey) return;
    this.legendKey = key;
    this.legend.replaceChildren(
      ...named.map((item) => {
        const row = Object.assign(document.createElement("li"), { textContent: item.label });
        row.className = `tint-${item.tint}`;
        return row;
      }),
    );
  }

  summary() {
    return `${this.panel.title || this.name}: ${this.panel.description} ${this.camera}`;
  }

  /** Draw once before the next picture of the screen, however often this is called. */
  later() {
    if (this.waiting || !this.panel) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.render();
    });
  }

  render() {
    const start = performance.now();
    const scale = Math.min(devicePixelRatio || 1, 2);
    const width = Math.max(1, Math.round(this.over.clientWidth * scale));
    const height = Math.max(1, Math.round(this.over.clientHeight * scale));
    for (const canvas of [this.solid, this.over]) {
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    }
    const matrix = this.camera.matrix(width / height);
    this.painter?.draw(matrix, this.camera, scale);
    this.write(matrix, width, height, scale);
    const label = this.summary();
    if (this.over.getAttribute("aria-label") !== label) this.over.setAttribute("aria-label", label);
    timings.push(performance.now() - start);
    if (timings.length > 1000) timings.shift();
  }

  /** Names of arrows, tags, and the three axes in the corner. */
  write(matrix, width, height, scale) {
    const { context, panel } = this;
    context.clearRect(0, 0, width, height);
    context.font = `${13 * scale}px ${getComputedStyle(this.over).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 1.5 * scale;
    for (const item of panel.items) {
      if (item.kind === "tag") this.nameAt(item.text, item.position, item.tint, matrix, width, height, 0);
      if (item.kind === "arrow" && item.label) {
        this.nameAt(item.label, item.end, item.tint, matrix, width, height, 12 * scale, item.start);
      }
    }
    if (panel.axes.length) this.compass(height, scale);
  }

  /** A word at a place; with `from`, a little beyond it, away from there. */
  nameAt(text, place, tint, matrix, width, height, beyond, from) {
    let [x, y] = project(matrix, place, width, height);
    if (from) {
      const [fx, fy] = project(matrix, from, width, height);
      const length = Math.hypot(x - fx, y - fy) || 1;
      x += (beyond * (x - fx)) / length;
      y += (beyond * (y - fy)) / length;
    }
    this.ink(text, x, y, tint);
  }

  ink(text, x, y, tint) {
    const { context } = this;
    context.fillStyle = `rgb(${this.tints[tint].map((v) => Math.round(255 * v)).join()})`;
    context.fillText(text, x, y);
  }

  compass(height, scale) {
    const { context, camera, panel } = this;
    const [right, up] = camera.axes();
    const [x0, y0, length] = [34 * scale, height - 34 * scale, 20 * scale];
    panel.axes.forEach((name, i) => {
      const [dx, dy] = [right[i] * length, -up[i] * length];
      context.strokeStyle = `rgb(${this.tints.faint.map((v) => Math.round(255 * v)).join()})`;
      context.beginPath();
      context.moveTo(x0, y0);
      context.lineTo(x0 + dx, y0 + dy);
      context.stroke();
      this.ink(name, x0 + 1.4 * dx, y0 + 1.4 * dy, "ink");
    });
  }
}
