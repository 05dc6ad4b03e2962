// From the items of a scene to the arrays that a graphics card takes: corners of triangles, of lines and of points.

const CONE = 16;

const subtract = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const unit = (a) => {
  const length = Math.hypot(...a) || 1;
  return a.map((v) => v / length);
};

/** Vertices, normals and colours of a mesh, its faces unrolled by index; normals are means over faces. */
export function mesh(item, tint, table) {
  const { vertices, faces } = item;
  const normals = new Float32Array(vertices.length);
  const index = new Uint32Array(faces);
  for (let f = 0; f < index.length; f += 3) {
    const [a, b, c] = [3 * index[f], 3 * index[f + 1], 3 * index[f + 2]];
    const [ux, uy, uz] = [vertices[b] - vertices[a], vertices[b + 1] - vertices[a + 1], vertices[b + 2] - vertices[a + 2]];
    const [vx, vy, vz] = [vertices[c] - vertices[a], vertices[c + 1] - vertices[a + 1], vertices[c + 2] - vertices[a + 2]];
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const corner of [a, b, c]) {
      normals[corner] += nx;
      normals[corner + 1] += ny;
      normals[corner + 2] += nz;
    }
  }
  return { vertices, normals, index, colours: colours(item, tint, table, vertices.length / 3) };
}

function colours(item, tint, table, count) {
  const out = new Float32Array(3 * count);
  const [low, high] = item.limits;
  const bytes = item.values && new Uint8Array(table.buffer, table.byteOffset, table.byteLength);
  for (let i = 0; i < count; i++) {
    if (item.values) {
      const step = Math.max(0, Math.min(255, Math.round((255 * (item.values[i] - low)) / (high - low))));
      for (let k = 0; k < 3; k++) out[3 * i + k] = bytes[4 * step + k] / 255;
    } else out.set(tint, 3 * i);
  }
  return out;
}

/** A cone at the head of an arrow, as a mesh of one tint. */
export function head(item, tint, extent) {
  const axis = subtract(item.end, item.start);
  const length = Math.min(0.16 * extent, 0.5 * Math.hypot(...axis));
  const along = unit(axis);
  const side = unit(cross(along, Math.abs(along[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]));
  const up = cross(along, side);
  const vertices = [...item.end];
  const foot = item.end.map((v, i) => v - along[i] * length);
  for (let i = 0; i < CONE; i++) {
    const angle = (2 * Math.PI * i) / CONE;
    for (let k = 0; k < 3; k++) {
      vertices.push(foot[k] + 0.36 * length * (Math.cos(angle) * side[k] + Math.sin(angle) * up[k]));
    }
  }
  vertices.push(...foot);
  const faces = [];
  for (let i = 0; i < CONE; i++) {
    const [a, b] = [1 + i, 1 + ((i + 1) % CONE)];
    faces.push(0, a, b, CONE + 1, b, a);
  }
  return mesh({ vertices: new Float32Array(vertices), faces, values: null, limits: [0, 1] }, tint);
}

/** Two triangles a segment; each corner knows both ends, its side, and how far along the line it is (for dashes). */
export function lines(segments) {
  const out = new Float32Array(segments.length * 6 * 13);
  let at = 0;
  for (const { from, to, tint, width, dashed, along } of segments) {
    const length = Math.hypot(...subtract(to, from));
    for (const [end, side] of [[0, -1], [0, 1], [1, 1], [0, -1], [1, 1], [1, -1]]) {
      const [own, other] = end ? [to, from] : [from, to];
      const turn = end ? -side : side;
      out.set([...own, ...other, turn, width, ...tint, dashed ? 1 : 0, along + end * length], at);
      at += 13;
    }
  }
  return out;
}

/** The segments of a path, of single lines, or of an arrow's shaft. */
export function segmentsOf(item, tint) {
  const common = { tint, width: item.width, dashed: item.style === "dashed" };
  if (item.kind === "arrow") return [{ from: item.start, to: item.end, along: 0, ...common }];
  const place = (i) => [...item.positions.subarray(3 * i, 3 * i + 3)];
  const count = item.positions.length / 3;
  const found = [];
  let along = 0;
  for (let i = 0; i + 1 < count; i += item.kind === "segments" ? 2 : 1) {
    const [from, to] = [place(i), place(i + 1)];
    found.push({ from, to, along, ...common });
    if (item.kind === "path") along += Math.hypot(...subtract(to, from));
  }
  return found;
}

/** The four corners of a plane and where they lie in its picture. */
export function plane({ centre, across, down }) {
  const corner = (a, d) => centre.map((c, i) => c + a * across[i] + d * down[i]);
  const [p, q, r, s] = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
  return new Float32Array([...p, 0, 0, ...q, 1, 0, ...r, 1, 1, ...p, 0, 0, ...r, 1, 1, ...s, 0, 1]);
}

/** The pixels of a plane's picture through a colour table. */
export function pixels(item, table) {
  const [height, width] = item.shape;
  const out = new Uint32Array(width * height);
  const [low, high] = item.limits;
  for (let i = 0; i < out.length; i++) {
    out[i] = table[Math.max(0, Math.min(255, Math.round((255 * (item.data[i] - low)) / (high - low))))];
  }
  return { width, height, bytes: new Uint8Array(out.buffer) };
}
