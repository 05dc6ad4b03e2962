// Drawing a scene with WebGL: lit meshes, pictures on planes, lines as wide as they should be, round points.

import { head, lines, mesh, pixels, plane, segmentsOf } from "./scene-shapes.js";

const HEAD = "precision highp float; uniform mat4 matrix; uniform vec2 size; uniform float opacity;";
const SHADERS = {
  mesh: [
    `${HEAD} attribute vec3 position; attribute vec3 normal; attribute vec3 colour; uniform vec3 light; varying vec3 shade;
    void main() {
      gl_Position = matrix * vec4(position, 1.0);
      float facing = abs(dot(normalize(normal + 1e-9), light));
      shade = colour * (0.42 + 0.58 * facing) + 0.10 * pow(facing, 24.0);
    }`,
    `${HEAD} varying vec3 shade; void main() { gl_FragColor = vec4(shade * opacity, opacity); }`,
  ],
  plane: [
    `${HEAD} attribute vec3 position; attribute vec2 place; varying vec2 at;
    void main() { gl_Position = matrix * vec4(position, 1.0); at = place; }`,
    `${HEAD} varying vec2 at; uniform sampler2D picture;
    void main() { gl_FragColor = vec4(texture2D(picture, at).rgb * opacity, opacity); }`,
  ],
  line: [
    `${HEAD} attribute vec3 position; attribute vec3 other; attribute float side; attribute float width;
    attribute vec3 colour; attribute float dashed; attribute float along; uniform float scale;
    varying vec3 shade; varying vec2 dash;
    void main() {
      vec4 here = matrix * vec4(position, 1.0); vec4 there = matrix * vec4(other, 1.0);
      vec2 a = here.xy / here.w * size; vec2 b = there.xy / there.w * size;
      vec2 run = normalize(b - a + 1e-6);
      gl_Position = here + vec4(vec2(-run.y, run.x) * side * width * scale / size * here.w, -0.0004 * here.w, 0.0);
      shade = colour; dash = vec2(dashed, along);
    }`,
    `${HEAD} varying vec3 shade; varying vec2 dash; uniform float gap;
    void main() {
      if (dash.x > 0.5 && fract(dash.y / gap) > 0.55) discard;
      gl_FragColor = vec4(shade, 1.0);
    }`,
  ],
  point: [
    `${HEAD} attribute vec3 position; attribute vec3 colour; attribute float radius; uniform float scale; varying vec3 shade;
    void main() { gl_Position = matrix * vec4(position, 1.0); gl_PointSize = radius * scale; shade = colour; }`,
    `${HEAD} varying vec3 shade; void main() {
      vec2 from = gl_PointCoord * 2.0 - 1.0; float r = dot(from, from);
      if (r > 1.0) discard;
      gl_FragColor = vec4(shade * (1.0 - 0.25 * r), 1.0);
    }`,
  ],
};
const FIELDS = {
  plane: [["position", 3], ["place", 2]],
  line: [["position", 3], ["other", 3], ["side", 1], ["width", 1], ["colour", 3], ["dashed", 1], ["along", 1]],
  point: [["position", 3], ["colour", 3], ["radius", 1]],
};

export class Painter {
  /** A painter for a canvas, or null where there is no WebGL. */
  static for(canvas) {
    const options = { antialias: true, alpha: true, premultipliedAlpha: true };
    const gl = canvas.getContext("webgl2", options);
    return gl ? new Painter(gl) : null;
  }

  constructor(gl) {
    this.gl = gl;
    this.programs = Object.fromEntries(Object.entries(SHADERS).map(([name, pair]) => [name, this.program(pair)]));
    this.parts = [];
    this.owned = [];
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
    const names = (count, get) =>
      Object.fromEntries(Array.from({ length: gl.getProgramParameter(made, count) }, (_, i) => get(i)));
    return {
      made,
      attributes: names(gl.ACTIVE_ATTRIBUTES, (i) => {
        const { name } = gl.getActiveAttrib(made, i);
        return [name, gl.getAttribLocation(made, name)];
      }),
      uniforms: names(gl.ACTIVE_UNIFORMS, (i) => {
        const { name } = gl.getActiveUniform(made, i);
        return [name, gl.getUniformLocation(made, name)];
      }),
    };
  }

  /** Take a scene: its arrays go to the graphics card once, and every turn of the camera draws from there. */
  load(panel, tints, tables) {
    for (const free of this.owned) free();
    this.owned = [];
    this.parts = [];
    const strokes = [];
    const dots = [];
    for (const item of panel.items) {
      const tint = tints[item.tint];
      if (item.kind === "mesh") this.addMesh(mesh(item, tint, tables[item.colour]), item.opacity);
      if (item.kind === "plane") this.addPlane(item, tint, tables);
      if (item.kind === "arrow") this.addMesh(head(item, tint, panel.extent), 1);
      if (["path", "segments", "arrow"].includes(item.kind)) for (const s of segmentsOf(item, tint)) strokes.push(s);
      if (item.kind === "points") {
        for (let i = 0; i < item.positions.length; i += 3) dots.push(...item.positions.subarray(i, i + 3), ...tint, item.size);
      }
    }
    if (strokes.length) this.addFlat("line", lines(strokes), 13);
    if (dots.length) this.addFlat("point", new Float32Array(dots), 7);
    this.extent = panel.extent;
  }

  addMesh({ vertices, normals, colours, index }, opacity) {
    const { gl } = this;
    const middle = centreOf(vertices, 3);
    const buffers = { position: this.buffer(vertices), normal: this.buffer(normals), colour: this.buffer(colours) };
    const order = this.buffer(index, gl.ELEMENT_ARRAY_BUFFER);
    this.parts.push({ kind: "mesh", opacity, middle, buffers, order, count: index.length });
  }

  addPlane(item, tint, tables) {
    const { gl } = this;
    const corners = plane(item);
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    const byte = tint.map((v) => Math.round(255 * v));
    const picture = item.data
      ? pixels(item, tables[item.colour])
      : { width: 1, height: 1, bytes: new Uint8Array([...byte, 255]) };
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, picture.width, picture.height, 0, gl.RGBA, gl.UNSIGNED_BYTE, picture.bytes);
    for (const which of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, which, gl.LINEAR);
    for (const which of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, which, gl.CLAMP_TO_EDGE);
    this.owned.push(() => gl.deleteTexture(texture));
    const facts = { opacity: item.opacity, middle: item.centre, texture, count: 6 };
    this.parts.push({ kind: "plane", ...facts, flat: this.buffer(corners), stride: 5 });
  }

  addFlat(kind, values, stride) {
    const middle = centreOf(values, stride);
    this.parts.push({ kind, opacity: 1, middle, flat: this.buffer(values), stride, count: values.length / stride });
  }

  buffer(values, kind = this.gl.ARRAY_BUFFER) {
    const { gl } = this;
    const made = gl.createBuffer();
    gl.bindBuffer(kind, made);
    gl.bufferData(kind, values, gl.STATIC_DRAW);
    this.owned.push(() => gl.deleteBuffer(made));
    return made;
  }

  /** Draw from here: what is opaque first, then what is not, from the farthest to the nearest. */
  draw(matrix, camera, scale) {
    const { gl } = this;
    const [width, height] = [gl.canvas.width, gl.canvas.height];
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const [right, up, back] = camera.axes();
    const light = back.map((v, i) => 0.8 * v + 0.45 * up[i] - 0.35 * right[i]);
    const length = Math.hypot(...light);
    const facts = { matrix, size: [width, height], light: light.map((v) => v / length), scale, gap: 0.09 * this.extent };
    const depth = (part) => part.middle.reduce((sum, v, i) => sum + v * back[i], 0);
    const clear = this.parts.filter((part) => part.opacity < 1).sort((a, b) => depth(a) - depth(b));
    for (const part of this.parts) if (part.opacity >= 1) this.paint(part, facts);
    gl.depthMask(false);
    for (const part of clear) {
      if (part.kind === "mesh") {
        // The far side of a clear body first, then the near one.
        gl.enable(gl.CULL_FACE);
        for (const side of [gl.FRONT, gl.BACK]) {
          gl.cullFace(side);
          this.paint(part, facts);
        }
        gl.disable(gl.CULL_FACE);
      } else this.paint(part, facts);
    }
    gl.depthMask(true);
  }

  paint(part, facts) {
    const { gl } = this;
    const { made, attributes, uniforms } = this.programs[part.kind];
    gl.useProgram(made);
    gl.uniformMatrix4fv(uniforms.matrix, false, facts.matrix);
    if (uniforms.size) gl.uniform2fv(uniforms.size, facts.size);
    if (uniforms.opacity) gl.uniform1f(uniforms.opacity, part.opacity);
    if (uniforms.light) gl.uniform3fv(uniforms.light, facts.light);
    if (uniforms.scale) gl.uniform1f(uniforms.scale, facts.scale);
    if (uniforms.gap) gl.uniform1f(uniforms.gap, facts.gap);
    if (part.texture) gl.bindTexture(gl.TEXTURE_2D, part.texture);
    const used = [];
    const bind = (name, count, stride, offset) => {
      const place = attributes[name];
      if (place === undefined) return;
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, count, gl.FLOAT, false, stride, offset);
      used.push(place);
    };
    if (part.flat) {
      gl.bindBuffer(gl.ARRAY_BUFFER, part.flat);
      let offset = 0;
      for (const [name, count] of FIELDS[part.kind]) {
        bind(name, count, 4 * part.stride, 4 * offset);
        offset += count;
      }
      gl.drawArrays(part.kind === "point" ? gl.POINTS : gl.TRIANGLES, 0, part.count);
    } else {
      for (const [name, buffer] of Object.entries(part.buffers)) {
        gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
        bind(name, 3, 0, 0);
      }
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, part.order);
      gl.drawElements(gl.TRIANGLES, part.count, gl.UNSIGNED_INT, 0);
    }
    for (const place of used) gl.disableVertexAttribArray(place);
  }
}

/** The mean place of all corners. */
function centreOf(values, stride) {
  const sum = [0, 0, 0];
  for (let i = 0; i < values.length; i += stride) for (let k = 0; k < 3; k++) sum[k] += values[i + k];
  return sum.map((v) => (v * stride) / Math.max(values.length, 1));
}
