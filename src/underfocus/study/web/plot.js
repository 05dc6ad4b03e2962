// Curves and bars as SVG: axes with units, a second scale in Å, marks, a legend, and the values under the pointer.

import { Axis, isFrequency, number, span, tickLabel } from "./axes.js";

const LEFT = 52;
const RIGHT = 12;
const BOTTOM = 40;
const escape = (words) =>
  String(words).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const set = (node, words) => {
  if (node.textContent !== words) node.textContent = words;
};
let count = 0;

/** "name, unit" → [name, unit]; a label that is a unit alone has no name. */
function split(label) {
  const at = label.lastIndexOf(", ");
  if (at >= 0) return [label.slice(0, at), label.slice(at + 2)];
  return /^(1\/Å|Å⁻¹|Å|°|rad|px|V|e⁻\/Å²)$/.test(label) ? ["", label] : [label, ""];
}

export class PlotPanel {
  constructor(root, tables, name) {
    this.name = name;
    this.root = root;
    this.clip = `clip-${++count}`;
    root.className = "panel panel-plot";
    root.innerHTML = `<p class="panel-title"></p><ul class="legend"></ul><div class="frame"><svg tabindex="0"
      role="img" xmlns="http://www.w3.org/2000/svg"></svg></div>
      <p class="reading" aria-live="polite"></p><p class="panel-caption"></p>`;
    this.title = root.querySelector(".panel-title");
    this.legend = root.querySelector(".legend");
    this.frame = root.querySelector(".frame");
    this.svg = root.querySelector("svg");
    this.reading = root.querySelector(".reading");
    this.caption = root.querySelector(".panel-caption");
    this.svg.setAttribute("aria-description", "The arrow keys read values.");
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("pointerdown", (event) => this.point(event));
    this.svg.addEventListener("pointerleave", () => this.leave());
    this.svg.addEventListener("blur", () => this.leave());
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.width = Math.round(this.frame.clientWidth);
    new ResizeObserver(() => this.resize()).observe(this.frame);
  }

  resize() {
    const width = Math.round(this.frame.clientWidth);
    if (width === this.width || !this.root.isConnected) return;
    this.width = width;
    if (this.panel) this.draw(this.panel);
  }

  draw(panel) {
    this.panel = panel;
    set(this.title, panel.title);
    set(this.caption, panel.caption);
    this.caption.hidden = !panel.caption;
    this.drawLegend(panel);
    this.layOut(panel);
    const body = panel.kind === "bars" ? this.bars(panel) : panel.lines.map((l, i) => this.line(panel, l, i)).join("");
    const { x, y } = this;
    const box = `x="${x.start}" y="${y.end - 1}" width="${x.end - x.start}" height="${y.start - y.end + 2}"`;
    this.svg.innerHTML =
      `<clipPath id="${this.clip}"><rect ${box}/></clipPath>${this.axes(panel)}` +
      `<g clip-path="url(#${this.clip})">${body}</g>${this.marks(panel)}<g class="pointer"></g>`;
    this.svg.setAttribute("aria-label", this.summary());
    if (this.at !== undefined) this.read(this.at);
  }

  drawLegend(panel) {
    const named = (panel.lines ?? []).map((line, i) => [line, i]).filter(([line]) => line.label);
    const key = named.map(([line, i]) => `${i} ${line.style} ${line.label}`).join("\n");
    if (key === this.legendKey) return;
    this.legendKey = key;
    this.legend.hidden = named.length < 2;
    this.legend.innerHTML = named
      .map(([line, i]) => {
        const swatch = `<svg viewBox="0 0 22 8" aria-hidden="true">${this.swatch(line.style)}</svg>`;
        return `<li class="ink-${i % 4} ${line.style}">${swatch}${escape(line.label)}</li>`;
      })
      .join("");
  }

  swatch(style) {
    if (style === "points" || style === "stems") return '<circle class="dot" cx="11" cy="4" r="3"/>';
    return style === "area" ? '<rect class="fill" y="1" width="22" height="7"/>' : '<path class="line" d="M0 4H22"/>';
  }

  layOut(panel) {
    const width = Math.max(240, this.width || 480);
    const top = isFrequency(panel.x_label) ? 34 : 10;
    const height = Math.round(panel.equal ? Math.min(width, 420) : this.height(width));
    let [[x0, x1], [y0, y1]] = [span(panel, "x"), span(panel, "y")];
    const [inner, tall] = [width - LEFT - RIGHT, height - BOTTOM - top];
    if (panel.equal) {
      const per = Math.max((x1 - x0) / inner, (y1 - y0) / tall);
      [x0, x1] = [(x0 + x1 - per * inner) / 2, (x0 + x1 + per * inner) / 2];
      [y0, y1] = [(y0 + y1 - per * tall) / 2, (y0 + y1 + per * tall) / 2];
    }
    this.x = new Axis(x0, x1, LEFT, width - RIGHT, panel.x_scale);
    this.y = new Axis(y0, y1, height - BOTTOM, top, panel.y_scale);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", height);
  }

  /** As tall as the picture beside it, or a calm oblong where it stands alone. */
  height(width) {
    const { left } = this.frame.getBoundingClientRect();
    const pictures = [...this.root.parentElement.querySelectorAll(".panel-image .frame")];
    const beside = pictures.find((picture) => picture.getBoundingClientRect().left !== left);
    return beside ? Math.min(width, 440) * 0.94 : Math.max(210, Math.min(330, width * 0.5));
  }

  axes(panel) {
    const { x, y } = this;
    const parts = [];
    const words = (px, py, label, anchor = "middle", more = "") =>
      parts.push(`<text x="${px.toFixed(1)}" y="${py.toFixed(1)}" text-anchor="${anchor}"${more}>${escape(label)}</text>`);
    const rule = (name, x1, y1, x2, y2) =>
      parts.push(`<path class="${name}" d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}"/>`);
    for (const value of y.ticks(5)) {
      rule("grid", x.start, y.place(value), x.end, y.place(value));
      words(x.start - 7, y.place(value) + 4, tickLabel(value), "end");
    }
    if (y.scale === "linear" && y.low < 0 && y.high > 0) rule("zero", x.start, y.place(0), x.end, y.place(0));
    rule("axis", x.start, y.start, x.end, y.start);
    if (!panel.labels?.length) {
      for (const value of x.ticks(Math.max(3, Math.round((x.end - x.start) / 85)))) {
        rule("axis", x.place(value), y.start, x.place(value), y.start + 4);
        words(x.place(value), y.start + 16, tickLabel(value));
      }
    } else panel.labels.forEach((label, i) => words(x.place(panel.x[i]), y.start + 16, label));
    words((x.start + x.end) / 2, y.start + 34, panel.x_label, "middle", ' class="label"');
    const middle = (y.start + y.end) / 2;
    words(13, middle, panel.y_label, "middle", ` class="label" transform="rotate(-90 13 ${middle.toFixed(1)})"`);
    if (isFrequency(panel.x_label)) {
      for (const length of x.lengths()) {
        const place = x.place(1 / length);
        rule("axis", place, y.end - 4, place, y.end - 8);
        words(place, y.end - 12, number(length, 3));
      }
      words(x.start - 7, y.end - 12, "Å", "end", ' class="label"');
    }
    return parts.join("");
  }

  line(panel, line, i) {
    const { x, y } = this;
    const xs = line.x ?? panel.x;
    const over = Math.abs(y.start - y.end);
    const place = (k) => {
      const [a, b] = [xs[k], line.y[k]];
      if (!Number.isFinite(a) || !Number.isFinite(b)) return null;
      return [x.place(a), Math.max(y.end - over, Math.min(y.start + over, y.place(b)))];
    };
    const zero = y.scale === "log" ? y.start : y.place(Math.max(y.low, Math.min(0, y.high)));
    let [path, dots, pen, first, last] = ["", "", "M", null, null];
    for (let k = 0; k < line.y.length; k++) {
      const at = place(k);
      if (!at) {
        pen = "M";
        continue;
      }
      const [a, b] = [at[0].toFixed(1), at[1].toFixed(1)];
      if (line.style === "points" || line.style === "stems") {
        dots += `<circle class="dot" cx="${a}" cy="${b}" r="2.6"/>`;
        if (line.style === "stems") path += `M${a} ${zero.toFixed(1)}V${b}`;
      } else {
        path += `${pen}${a} ${b}`;
        pen = "L";
      }
      first ??= a;
      last = a;
    }
    const fill =
      line.style === "area" && first !== null
        ? `<path class="fill" d="${path}L${last} ${zero.toFixed(1)}L${first} ${zero.toFixed(1)}Z"/>`
        : "";
    return `<g class="ink-${i % 4} ${line.style}">${this.band(xs, line)}${fill}<path class="line" d="${path}"/>${dots}</g>`;
  }

  /** The ground between the ends of a line's band, behind the line. */
  band(xs, line) {
    if (!line.low) return "";
    const { x, y } = this;
    const there = [...line.low.keys()].filter((k) => Number.isFinite(x.place(xs[k]) + line.low[k] + line.high[k]));
    const at = (k, value) => `${x.place(xs[k]).toFixed(1)} ${y.place(value).toFixed(1)}`;
    const ends = [...there.map((k) => at(k, line.high[k])), ...there.reverse().map((k) => at(k, line.low[k]))];
    return ends.length ? `<path class="fill" d="M${ends.join("L")}Z"/>` : "";
  }

  bars(panel) {
    const { x, y } = this;
    const step = panel.x.length > 1 ? panel.x[1] - panel.x[0] : 1;
    const zero = y.place(Math.max(y.low, Math.min(0, y.high)));
    const drawn = Array.from(panel.x, (at, i) => {
      const [left, right] = [x.place(at - 0.42 * step), x.place(at + 0.42 * step)];
      const end = y.place(panel.heights[i]);
      const [top, tall] = [Math.min(zero, end), Math.abs(zero - end)];
      const box = `x="${left.toFixed(1)}" y="${top.toFixed(1)}" height="${tall.toFixed(1)}"`;
      return `<rect class="column" ${box} width="${Math.max(0.6, right - left).toFixed(1)}"/>`;
    });
    return `<g class="ink-0">${drawn.join("")}</g>`;
  }

  marks(panel) {
    const { x, y } = this;
    let [row, before] = [0, -Infinity];
    return panel.marks
      .filter((mark) => mark.x >= x.low && mark.x <= x.high)
      .sort((a, b) => a.x - b.x)
      .map((mark) => {
        const at = x.place(mark.x);
        // Labels that would overlap step down a line; one near the right edge is written to its left.
        row = at - before < 7 * mark.label.length + 8 ? (row + 1) % 4 : 0;
        if (mark.label) before = at;
        const left = at + 7 * mark.label.length > x.end;
        const anchor = left ? "end" : "start";
        const words = `<text x="${(at + (left ? -4 : 4)).toFixed(1)}" y="${y.end + 11 + 13 * row}" text-anchor="${anchor}">`;
        return `<path class="mark" d="M${at.toFixed(1)} ${y.start}V${y.end}"/>${words}${escape(mark.label)}</text>`;
      })
      .join("");
  }

  summary() {
    const { panel } = this;
    const [name, unit] = split(panel.x_label);
    const over = `over ${name} from ${number(this.x.low, 3)} to ${number(this.x.high, 3)} ${unit}`.replace("  ", " ");
    const drawn = (panel.lines ?? [{ label: panel.y_label, y: panel.heights }]).map((line) => {
      const [low, high] = extent(line.y);
      return `${line.label || panel.y_label || "curve"} from ${number(low, 3)} to ${number(high, 3)}`;
    });
    return `${panel.title || this.name}: ${drawn.join("; ")}; ${over}`;
  }

  point(event) {
    if (!this.panel) return;
    const box = this.svg.getBoundingClientRect();
    const value = this.x.value(((event.clientX - box.left) / box.width) * (this.x.end + RIGHT));
    this.read(nearest(this.panel.x, value));
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || !this.panel) return;
    event.preventDefault();
    const size = this.panel.x.length;
    const start = this.at ?? size >> 1;
    const jump = event.shiftKey ? Math.max(1, Math.round(size / 40)) : 1;
    this.read(Math.max(0, Math.min(size - 1, start + step * jump)));
  }

  /** Write the values at one place of the axis beside the plot, with a rule and dots in it. */
  read(index) {
    const { panel, x, y } = this;
    this.at = Math.min(index, panel.x.length - 1);
    const at = panel.x[this.at];
    const [name, unit] = split(panel.x_label);
    const length = isFrequency(panel.x_label) && at > 0 ? ` (${number(1 / at, 3)} Å)` : "";
    const values = [];
    let dots = "";
    const lines = panel.lines ?? [{ y: panel.heights, label: "" }];
    lines.forEach((line, i) => {
      const k = line.x ? nearest(line.x, at) : this.at;
      const [a, b] = [(line.x ?? panel.x)[k], line.y[k]];
      if (!Number.isFinite(b) || Math.abs(x.place(a) - x.place(at)) > 8) return;
      const ends = line.low ? ` (${number(line.low[k], 3)} to ${number(line.high[k], 3)})` : "";
      values.push(`${line.label || split(panel.y_label)[0]} ${number(b, 4)}${ends}`.trim());
      dots += `<circle class="dot ink-${i % 4}" cx="${x.place(a)}" cy="${y.place(b)}" r="3.5"/>`;
    });
    const rule = `<path class="mark" d="M${x.place(at).toFixed(1)} ${y.start}V${y.end}"/>`;
    this.svg.querySelector(".pointer").innerHTML = rule + dots;
    const where = panel.labels?.[this.at] ?? `${name} ${number(at, 4)} ${unit}${length}`.trim();
    this.reading.textContent = `${where}: ${values.join(" · ")}`;
  }

  leave() {
    this.at = undefined;
    this.reading.textContent = "";
    const pointer = this.svg.querySelector(".pointer");
    if (pointer) pointer.innerHTML = "";
  }
}

/** The least and the greatest finite value. */
function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) {
    if (v < low && v > -Infinity) low = v;
    if (v > high && v < Infinity) high = v;
  }
  return low > high ? [NaN, NaN] : [low, high];
}

/** The index of the value nearest to the wanted one. */
function nearest(values, wanted) {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (Math.abs(values[i] - wanted) < Math.abs(values[best] - wanted)) best = i;
  }
  return best;
}
