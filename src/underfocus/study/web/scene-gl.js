// Drawing scenes with WebGL. Two painters serve all scenes of a page, since browsers lend only a few contexts: one
// paints stills, which are copied to where they are shown, and one, on a canvas of its own, the scene in hand.

import { FIELDS, SHADERS } from "./scene-shaders.js";
import { STRIDE } from "./scene-shapes.js";

const painters = new Map();

/** The page's painter of stills or of the scene in hand ("live"), or null where there is no WebGL 2. */
export function painter(kind) {
  if (!painters.has(kind)) {
    const canvas = document.createElement("canvas");
    canvas.className = kind;
    const gl = canvas.getContext("webgl2", { antialias: true, alpha: false });
    painters.set(kind, gl && new Painter(gl));
  }
  return painters.get(kind);
}

class Painter extends EventTarget {
  constructor(gl) {
    super();
    this.gl = gl;
    this.canvas = gl.canvas;
    this.prepare();
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.prepare();
      this.dispatchEvent(new Event("restored"));
    });
  }

  prepare() {
    this.programs = Object.fromEntries(Object.entries(SHADERS).map(([name, pair]) => [name, this.program(pair)]));
  }

  program([vertex, fragment]) {
    const { gl } = this;
    const made = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(made, shader);
    }
    gl.linkProgram(made);
    const uniforms = {};
    for (let i = 0; i < gl.getProgramParameter(made, gl.ACTIVE_UNIFORMS); i++) {
      const { name } = gl.getActiveUniform(made, i);
      uniforms[name] = gl.getUniformLocation(made, name);
    }
    return { made, uniforms };
  }

  /** A built scene on the graphics card, once; every turn of the camera draws from there. */
  load(built) {
    return new Loaded(this, built);
  }

  /** Draw a loaded scene on this painter's canvas. */
  draw(loaded, camera, { width, height, scale, paper }) {
    const { gl } = this;
    if (gl.isContextLost()) return;
    if (gl.canvas.width !== width || gl.canvas.height !== height) Object.assign(gl.canvas, { width, height });
    gl.viewport(0, 0, width, height);
    gl.clearColor(...paper, 1);
    gl.depthMask(true);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const [right, up, back] = camera.axes();
    const light = back.map((v, i) => 0.75 * v + 0.55 * up[i] - 0.4 * right[i]);
    const length = Math.hypot(...light);
    const { distance, extent } = camera;
    const facts = {
      matrix: camera.matrix(width / height),
      size: [width, height],
      light: light.map((v) => v / length),
      reach: [distance - 0.4 * extent, distance + 1.5 * extent],
      gap: 0.09 * extent,
      eye: camera.eye(),
      scale,
      paper,
    };
    loaded.paint(facts, back);
  }

  use(kind, facts) {
    const { gl } = this;
    const { made, uniforms } = this.programs[kind];
    gl.useProgram(made);
    for (const [name, place] of Object.entries(uniforms)) {
      const value = facts[name];
      if (name === "matrix") gl.uniformMatrix4fv(place, false, value);
      else if (name === "picture") gl.uniform1i(place, 0);
      else if (typeof value === "number") gl.uniform1f(place, value);
      else gl[`uniform${value.length}fv`](place, value);
    }
  }
}

/** One scene's buffers, and how they are painted. */
class Loaded {
  constructor(painter, built) {
    Object.assign(this, { painter, gl: painter.gl, order: built.order, owned: [] });
    this.solid = this.body(built.solid);
    this.clear = this.body(built.clear);
    this.strokes = this.rows("line", built.lines, 1);
    this.dots = this.rows("point", built.points);
    this.planes = built.planes.map((one) => ({ ...one, ...this.rows("plane", one.rows), texture: this.texture(one.picture) }));
    this.gl.bindVertexArray(null);
  }

  /** A buffer of rows with its fields bound to the attributes of a program; `divisor` 1 for a row an instance. */
  rows(kind, values, divisor = 0) {
    const { gl, painter } = this;
    const array = gl.createVertexArray();
    gl.bindVertexArray(array);
    this.buffer(gl.ARRAY_BUFFER, values);
    this.owned.push(() => gl.deleteVertexArray(array));
    let offset = 0;
    for (const [name, count] of FIELDS[kind]) {
      const place = gl.getAttribLocation(painter.programs[kind].made, name);
      if (place >= 0) {
        gl.enableVertexAttribArray(place);
        gl.vertexAttribPointer(place, count, gl.FLOAT, false, 4 * STRIDE[kind], 4 * offset);
        gl.vertexAttribDivisor(place, divisor);
      }
      offset += count;
    }
    return { array, count: values.length / STRIDE[kind] };
  }

  buffer(kind, values) {
    const { gl } = this;
    const made = gl.createBuffer();
    gl.bindBuffer(kind, made);
    gl.bufferData(kind, values, gl.STATIC_DRAW);
    this.owned.push(() => gl.deleteBuffer(made));
  }

  body({ rows, index }) {
    const made = this.rows("mesh", rows);
    this.buffer(this.gl.ELEMENT_ARRAY_BUFFER, index);
    return { ...made, count: index.length };
  }

  texture({ width, height, bytes }) {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, Math.max(width, height) > 12 ? gl.LINEAR : gl.NEAREST);
    for (const which of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, which, gl.CLAMP_TO_EDGE);
    this.owned.push(() => gl.deleteTexture(texture));
    return texture;
  }

  /** What is opaque, then what is not: clear triangles in layers between the clear planes, farthest first. */
  paint(facts, back) {
    const { gl, solid, strokes, dots, clear } = this;
    this.faces(solid, 0, solid.count, facts);
    for (const one of this.planes) if (one.opacity >= 1) this.sheet(one, facts);
    this.put("line", strokes, facts, () => gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, strokes.count));
    // The soft rims of dots are a matter of coverage, so that what is drawn behind them later shows through.
    gl.enable(gl.SAMPLE_ALPHA_TO_COVERAGE);
    this.put("point", dots, facts, () => gl.drawArrays(gl.POINTS, 0, dots.count));
    gl.disable(gl.SAMPLE_ALPHA_TO_COVERAGE);
    gl.enable(gl.BLEND);
    gl.depthMask(false);
    const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);
    const sheets = this.planes.filter((one) => one.opacity < 1).sort((a, b) => dot(a.centre, back) - dot(b.centre, back));
    for (const one of sheets) {
      const towards = dot(facts.eye, one.normal) - dot(one.centre, one.normal);
      if (towards < 0) one.normal = one.normal.map((v) => -v);
    }
    const stops = this.order.sort(back, sheets);
    gl.bindVertexArray(clear.array);
    if (clear.count) gl.bufferSubData(gl.ELEMENT_ARRAY_BUFFER, 0, this.order.sorted);
    stops.forEach((stop, i) => {
      const start = i ? stops[i - 1] : 0;
      this.faces(clear, start, stop - start, facts);
      if (sheets[i]) this.sheet(sheets[i], facts);
    });
    gl.bindVertexArray(null);
    gl.disable(gl.BLEND);
  }

  faces(body, start, count, facts) {
    const { gl } = this;
    this.put("mesh", { ...body, count }, facts, () => gl.drawElements(gl.TRIANGLES, count, gl.UNSIGNED_INT, 4 * start));
  }

  sheet(one, facts) {
    const { gl } = this;
    gl.bindTexture(gl.TEXTURE_2D, one.texture);
    this.put("plane", one, { ...facts, opacity: one.opacity }, () => gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4));
  }

  put(kind, { array, count }, facts, call) {
    if (!count) return;
    this.painter.use(kind, facts);
    this.gl.bindVertexArray(array);
    call();
  }

  free() {
    for (const release of this.owned) release();
  }
}
