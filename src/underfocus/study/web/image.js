// A picture: float32 values through a table of 256 colours onto a canvas, with the value under the pointer or cursor.

import { number } from "./axes.js";

const NAMES = ["grey", "viridis", "diverging", "phase"];
const loaded = fetch("/web/colours.bin")
  .then((answer) => answer.arrayBuffer())
  .then((buffer) => {
    const bytes = new Uint8Array(buffer);
    const packed = (at) => (255 << 24) | (bytes[at + 2] << 16) | (bytes[at + 1] << 8) | bytes[at];
    return Object.fromEntries(
      NAMES.map((name, i) => [name, Uint32Array.from({ length: 256 }, (_, c) => packed(768 * i + 3 * c))]),
    );
  });
const MID_GREY = (255 << 24) | 0x808080;

/** The tables of colours, ready to paint with. */
export const colours = () => loaded;

/** Paint a panel's values into an ImageData of its size. */
export function paint(target, panel, table) {
  const pixels = new Uint32Array(target.data.buffer);
  const [low, high] = panel.limits;
  const scale = 255.999 / (high - low);
  const { data } = panel;
  for (let i = 0; i < data.length; i++) {
    const level = (data[i] - low) * scale;
    pixels[i] = level >= 0 ? table[level < 255 ? level | 0 : 255] : level < 0 ? table[0] : MID_GREY;
  }
}

/** What a step along a picture is counted in; a picture without a length (pixel 0) counts pixels or bins. */
const lengthUnit = (panel) => {
  if (!panel.pixel) return panel.space === "fourier" ? "bins" : "px";
  return panel.space === "fourier" ? "1/Å" : "Å";
};

/** Where on the sphere a place of Mollweide's map lies; nothing beyond its rim. */
function globePlace(x, y, [height, width]) {
  const up = 1 - ((y + 0.5) * 2) / height;
  const along = ((x + 0.5) * 4) / width - 2;
  if ((along / 2) ** 2 + up ** 2 > 1) return "";
  const t = Math.asin(up);
  const degrees = (radians) => number((180 / Math.PI) * radians, 3);
  const longitude = (Math.PI * along) / (2 * Math.cos(t));
  return `longitude ${degrees(longitude)}°, latitude ${degrees(Math.asin((2 * t + Math.sin(2 * t)) / Math.PI))}°`;
}

export class ImagePanel {
  constructor(root, tables, name) {
    this.tables = tables;
    this.name = name;
    root.className = "panel panel-image";
    root.innerHTML = `<p class="panel-title"></p>
      <div class="frame"><canvas tabindex="0" role="img"></canvas><span class="cursor" hidden></span></div>
      <div class="scales"><span class="bar"><i></i><b></b></span>
      <span class="ramp"><b></b><canvas width="256" height="1" aria-hidden="true"></canvas><b></b></span></div>
      <p class="reading" aria-live="polite"></p><p class="panel-caption"></p>`;
    this.title = root.querySelector(".panel-title");
    this.canvas = root.querySelector(".frame canvas");
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.cursor = root.querySelector(".cursor");
    this.bar = root.querySelector(".bar");
    this.ramp = root.querySelector(".ramp");
    this.reading = root.querySelector(".reading");
    this.caption = root.querySelector(".panel-caption");
    this.canvas.setAttribute("aria-description", "The arrow keys read values.");
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerdown", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => this.leave());
    this.canvas.addEventListener("blur", () => this.leave());
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.sharpen()).observe(this.canvas);
  }

  draw(panel) {
    const [height, width] = panel.shape;
    if (this.canvas.width !== width || this.canvas.height !== height) {
      Object.assign(this.canvas, { width, height });
      this.image = this.context.createImageData(width, height);
      this.at = null;
      this.sharpen();
    }
    this.panel = panel;
    this.image ??= this.context.createImageData(width, height);
    paint(this.image, panel, this.tables[panel.colour]);
    this.context.putImageData(this.image, 0, 0);
    this.words(panel);
    if (this.at) this.read(...this.at);
  }

  /** The text beside the picture; touched only where it changed, so that a drag costs no layout. */
  words(panel) {
    const set = (node, words) => {
      if (node.textContent !== words) node.textContent = words;
    };
    set(this.title, panel.title);
    set(this.caption, panel.caption);
    this.caption.hidden = !panel.caption;
    const [low, high] = this.ramp.querySelectorAll("b");
    set(low, number(panel.limits[0], 3));
    set(high, `${number(panel.limits[1], 3)}${panel.unit ? ` ${panel.unit}` : ""}`);
    if (this.colour !== panel.colour) this.drawRamp(panel.colour);
    this.scaleBar(panel);
    this.canvas.setAttribute("aria-label", this.summary());
  }

  summary() {
    const { panel } = this;
    const { min, max, mean } = panel.summary;
    const unit = panel.unit ? ` ${panel.unit}` : "";
    const values = `values from ${number(min, 3)} to ${number(max, 3)}${unit}, mean ${number(mean, 3)}`;
    return `${panel.title || this.name}: image of ${panel.shape[1]} by ${panel.shape[0]} pixels, ${values}`;
  }

  drawRamp(colour) {
    this.colour = colour;
    const context = this.ramp.querySelector("canvas").getContext("2d");
    const image = context.createImageData(256, 1);
    new Uint32Array(image.data.buffer).set(this.tables[colour]);
    context.putImageData(image, 0, 0);
  }

  /** A bar of a round length, about a quarter of the picture. */
  scaleBar(panel) {
    this.bar.hidden = panel.space === "sphere";
    if (this.bar.hidden) return;
    const size = panel.shape[1] * (panel.pixel || 1);
    const key = `${size} ${panel.space} ${panel.pixel}`;
    if (this.barKey === key) return;
    this.barKey = key;
    const rough = size / 4;
    const power = 10 ** Math.floor(Math.log10(rough));
    const length = [5, 2, 1].map((m) => m * power).find((l) => l <= rough);
    this.bar.querySelector("i").style.width = `${(100 * length) / size}%`;
    const unit = lengthUnit(panel);
    this.bar.querySelector("b").textContent = `${number(length, 3)} ${unit}`;
  }

  /** Square pixels where the picture is drawn larger than it is, smooth ones where smaller. */
  sharpen() {
    const larger = this.canvas.clientWidth * devicePixelRatio >= this.canvas.width;
    this.canvas.classList.toggle("crisp", larger);
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * this.canvas.width);
    const y = Math.floor(((event.clientY - box.top) / box.height) * this.canvas.height);
    if (this.panel && x >= 0 && y >= 0 && x < this.canvas.width && y < this.canvas.height) this.read(x, y);
  }

  key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const move = moves[event.key];
    if (!move || !this.panel) return;
    event.preventDefault();
    const [x, y] = this.at ?? [this.canvas.width >> 1, this.canvas.height >> 1];
    const step = event.shiftKey ? 10 : 1;
    const clamp = (v, n) => Math.max(0, Math.min(n - 1, v));
    this.read(clamp(x + step * move[0], this.canvas.width), clamp(y + step * move[1], this.canvas.height), true);
  }

  read(x, y, keyboard = !this.cursor.hidden) {
    const { panel } = this;
    const [height, width] = panel.shape;
    this.at = [x, y];
    const value = panel.data[y * width + x];
    const fourier = panel.space === "fourier";
    const step = panel.pixel || 1;
    const [dx, dy] = [(x - (width >> 1)) * step, (y - (height >> 1)) * step];
    const per = lengthUnit(panel);
    const unit = panel.unit ? ` ${panel.unit}` : "";
    const s = Math.hypot(dx, dy);
    const globe = panel.space === "sphere";
    const where = globe ? globePlace(x, y, panel.shape) : fourier
      ? `s = ${number(s, 3)} ${per}${s > 0 && panel.pixel ? ` (${number(1 / s, 3)} Å)` : ""}`
      : `x ${number(dx, 4)} ${per}, y ${number(dy, 4)} ${per}`;
    this.reading.textContent = where && `${where}: ${number(value, 4)}${unit}`;
    this.cursor.hidden = !keyboard;
    this.cursor.style.left = `${(100 * (x + 0.5)) / width}%`;
    this.cursor.style.top = `${(100 * (y + 0.5)) / height}%`;
  }

  leave() {
    this.at = null;
    this.cursor.hidden = true;
    this.reading.textContent = "";
  }
}
