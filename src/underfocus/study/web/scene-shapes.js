// From the items of a scene to the rows of numbers that a graphics card takes: meshes, lines, points, planes.

import { Order } from "./scene-order.js";
import { FIELDS } from "./scene-shaders.js";

const CONE = 24;
const width = (kind) => FIELDS[kind].reduce((sum, [, count]) => sum + count, 0);
export const STRIDE = { mesh: width("mesh"), plane: width("plane"), line: width("line"), point: width("point") };

const subtract = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const unit = (a) => {
  const length = Math.hypot(...a) || 1;
  return a.map((v) => v / length);
};

/** Everything of a scene as rows, so that it can go to any graphics context without being worked out again. */
export function build({ items, extent }, tints, tables) {
  const of = (...kinds) => items.filter((item) => kinds.includes(item.kind));
  const meshes = of("mesh").map((item) => [item.opacity < 1, mesh(item, tints[item.tint], tables[item.colour])]);
  const heads = of("arrow").map((item) => head(item, tints[item.tint], extent));
  const clear = joined(meshes.filter(([isClear]) => isClear).map(([, made]) => made));
  return {
    solid: joined([...meshes.filter(([isClear]) => !isClear).map(([, made]) => made), ...heads]),
    clear,
    order: new Order(clear.rows, STRIDE.mesh, clear.index),
    lines: lines(of("path", "segments", "arrow"), tints, extent),
    points: points(of("points"), tints),
    planes: of("plane").map((item) => ({
      rows: plane(item),
      picture: pixels(item, tints[item.tint], tables[item.colour]),
      centre: item.centre,
      opacity: item.opacity,
      normal: cross(item.across, item.down),
    })),
  };
}

/** The rows of a mesh's corners: places, normals (means over faces, larger ones counting more), colour and opacity. */
function mesh({ vertices, faces, ...item }, tint, table) {
  const rows = new Float32Array((STRIDE.mesh * vertices.length) / 3);
  const step = STRIDE.mesh;
  for (let f = 0; f < faces.length; f += 3) {
    const [a, b, c] = [3 * faces[f], 3 * faces[f + 1], 3 * faces[f + 2]];
    const [ux, uy, uz] = [vertices[b] - vertices[a], vertices[b + 1] - vertices[a + 1], vertices[b + 2] - vertices[a + 2]];
    const [vx, vy, vz] = [vertices[c] - vertices[a], vertices[c + 1] - vertices[a + 1], vertices[c + 2] - vertices[a + 2]];
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (let corner = 0; corner < 3; corner++) {
      const at = step * faces[f + corner] + 3;
      rows[at] += nx;
      rows[at + 1] += ny;
      rows[at + 2] += nz;
    }
  }
  const bytes = item.values && new Uint8Array(table.buffer, table.byteOffset, table.byteLength);
  for (let i = 0; i < vertices.length / 3; i++) {
    const at = step * i;
    for (let k = 0; k < 3; k++) rows[at + k] = vertices[3 * i + k];
    const from = item.values ? 4 * level(item.values[i], item.limits) : 0;
    for (let k = 0; k < 3; k++) rows[at + 6 + k] = bytes ? bytes[from + k] / 255 : tint[k];
    rows[at + 9] = item.opacity;
  }
  return { rows, index: faces };
}

/** The place of a value in a table of 256 colours. */
const level = (value, [low, high]) => Math.max(0, Math.min(255, Math.floor((255.999 * (value - low)) / (high - low))));

/** Several meshes as one. */
function joined(meshes) {
  const sum = (field) => meshes.reduce((total, one) => total + one[field].length, 0);
  const rows = new Float32Array(sum("rows"));
  const index = new Uint32Array(sum("index"));
  let [row, place] = [0, 0];
  for (const one of meshes) {
    rows.set(one.rows, row);
    const before = row / STRIDE.mesh;
    for (let i = 0; i < one.index.length; i++) index[place + i] = one.index[i] + before;
    row += one.rows.length;
    place += one.index.length;
  }
  return { rows, index };
}

/** How long the head of an arrow is. */
const headLength = ({ start, end, width }, extent) =>
  Math.min((0.1 + 0.02 * width) * extent, 0.5 * Math.hypot(...subtract(end, start)));

/** A cone at the head of an arrow, as a mesh of one tint. */
function head(item, tint, extent) {
  const length = headLength(item, extent);
  const along = unit(subtract(item.end, item.start));
  const side = unit(cross(along, Math.abs(along[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]));
  const up = cross(along, side);
  const foot = item.end.map((v, i) => v - along[i] * length);
  const [vertices, faces] = [[], []];
  for (let i = 0; i < CONE; i++) {
    const angle = (2 * Math.PI * i) / CONE;
    const rim = foot.map((v, k) => v + 0.34 * length * (Math.cos(angle) * side[k] + Math.sin(angle) * up[k]));
    // Rim and tip for the mantle, rim and middle for the floor: corners are not shared, so that the edge stays sharp.
    vertices.push(...rim, ...item.end, ...rim, ...foot);
    const [a, b] = [4 * i, 4 * ((i + 1) % CONE)];
    faces.push(a, b, a + 1, b + 2, a + 2, a + 3);
  }
  return mesh({ vertices, faces, values: null, opacity: 1 }, tint);
}

/** A row for each segment of the paths, single lines and shafts of arrows. */
function lines(items, tints, extent) {
  const rows = [];
  for (const item of items) {
    const row = (from, to, begin, end) =>
      rows.push(...from, ...to, ...tints[item.tint], item.width, begin, end, item.style === "dashed" ? 1 : 0);
    if (item.kind === "arrow") {
      const along = unit(subtract(item.end, item.start)).map((v) => 0.9 * v * headLength(item, extent));
      row(item.start, subtract(item.end, along), 0, 0);
      continue;
    }
    let along = 0;
    for (let i = 0; i + 3 < item.positions.length; i += item.kind === "segments" ? 6 : 3) {
      const [from, to] = [item.positions.subarray(i, i + 3), item.positions.subarray(i + 3, i + 6)];
      const end = along + Math.hypot(...subtract(to, from));
      row(from, to, along, end);
      along = item.kind === "path" ? end : 0;
    }
  }
  return new Float32Array(rows);
}

/** A row for each dot. */
function points(items, tints) {
  const rows = [];
  for (const { positions, tint, size } of items) {
    for (let i = 0; i < positions.length; i += 3) rows.push(...positions.subarray(i, i + 3), ...tints[tint], size);
  }
  return new Float32Array(rows);
}

/** The four corners of a plane, as a strip, and where they lie in its picture. */
function plane({ centre, across, down }) {
  const corner = (a, d) => [...centre.map((c, i) => c + a * across[i] + d * down[i]), (a + 1) / 2, (d + 1) / 2];
  return new Float32Array([...corner(-1, -1), ...corner(1, -1), ...corner(-1, 1), ...corner(1, 1)]);
}

/** The pixels of a plane: its picture through a colour table, or its tint. */
function pixels(item, tint, table) {
  if (!item.data) return { width: 1, height: 1, bytes: Uint8Array.from([...tint.map((v) => 255 * v), 255]) };
  const [height, width] = item.shape;
  const out = new Uint32Array(width * height);
  for (let i = 0; i < out.length; i++) out[i] = table[level(item.data[i], item.limits)];
  return { width, height, bytes: new Uint8Array(out.buffer) };
}
