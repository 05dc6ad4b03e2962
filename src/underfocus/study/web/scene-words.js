// The words over a scene: names of arrows, tags, and the three axes in the corner.

import { project } from "./scene-camera.js";

const css = (tint) => `rgb(${tint.map((v) => Math.round(255 * v)).join()})`;

/** Write a panel's words on a 2D context; `look` has the size, scale, tints, paper and font of the canvas. */
export function write(context, panel, camera, look) {
  const { width, height, scale, font } = look;
  const matrix = camera.matrix(width / height);
  context.clearRect(0, 0, width, height);
  context.font = `500 ${13.5 * scale}px ${font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const words = panel.items.filter((item) => (item.kind === "arrow" && item.label) || item.kind === "tag");
  const placed = words.map((item) => place(item, matrix, look)).sort((a, b) => b.depth - a.depth);
  for (const { text, x, y, tint } of placed) ink(context, look, text, x, y, tint);
  if (panel.axes.length) compass(context, panel.axes, camera, look);
}

/** Where a word stands: a tag at its place, the name of an arrow beyond its head. */
function place(item, matrix, { width, height, scale }) {
  const at = item.kind === "tag" ? item.position : item.end;
  let [x, y, depth] = project(matrix, at, width, height);
  if (item.kind === "arrow") {
    const [fx, fy] = project(matrix, item.start, width, height);
    const length = Math.hypot(x - fx, y - fy);
    // An arrow that points at the reader has no beyond on the screen: its name goes below.
    const [dx, dy] = length > 6 * scale ? [(x - fx) / length, (y - fy) / length] : [0, 1];
    const away = (10 + 3.2 * item.label.length * Math.abs(dx)) * scale;
    [x, y] = [x + away * dx, y + away * dy];
  }
  return { text: item.kind === "tag" ? item.text : item.label, x, y, depth, tint: item.tint };
}

/** A word with a rim of paper, kept inside of the picture. */
function ink(context, { width, height, scale, tints, paper }, text, x, y, tint) {
  const half = context.measureText(text).width / 2 + 2 * scale;
  const [u, v] = [Math.max(half, Math.min(width - half, x)), Math.max(9 * scale, Math.min(height - 9 * scale, y))];
  context.strokeStyle = css(paper);
  context.lineWidth = 3 * scale;
  context.strokeText(text, u, v);
  context.fillStyle = css(tints[tint]);
  context.fillText(text, u, v);
}

function compass(context, names, camera, look) {
  const { height, scale, tints } = look;
  const [right, up, back] = camera.axes();
  const unit = Math.min(scale, height / 400);
  const [x0, y0, length] = [30 * unit, height - 30 * unit, 18 * unit];
  const order = [0, 1, 2].sort((a, b) => back[a] - back[b]);
  for (const i of order) {
    const [dx, dy] = [right[i] * length, -up[i] * length];
    context.strokeStyle = css(tints.soft);
    context.lineWidth = 1.3 * scale;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x0 + dx, y0 + dy);
    context.stroke();
    // The name of an axis that points at the reader keeps clear of the middle.
    const run = Math.hypot(dx, dy);
    const [u, v] = run > 0.05 * length ? [dx / run, dy / run] : [0.7, 0.7];
    const away = Math.max(1.5 * run, 0.75 * length);
    ink(context, look, names[i], x0 + u * away, y0 + v * away, "soft");
  }
}
