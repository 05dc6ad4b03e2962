// What the graphics card runs: one pair of programs for meshes, for pictures on planes, for lines and for points.

const VERTEX = `#version 300 es
precision highp float;
uniform mat4 matrix; uniform vec2 size; uniform float scale; uniform vec3 eye; uniform vec3 paper;
uniform vec2 reach; // distances from the eye at which things begin to fade and have faded most
vec3 faded(vec3 colour, float much) {
  return mix(colour, paper, much * smoothstep(reach.x, reach.y, gl_Position.w));
}
`;
const FRAGMENT = `#version 300 es
precision highp float;
out vec4 seen;
`;

export const SHADERS = {
  mesh: [
    `${VERTEX} in vec3 position; in vec3 normal; in vec4 colour; out vec3 across; out vec3 towards; out vec4 body;
    void main() {
      gl_Position = matrix * vec4(position, 1.0);
      across = normal; towards = eye - position; body = vec4(faded(colour.rgb, 0.2), colour.a);
    }`,
    // Both sides are lit. Clear bodies are denser where they are seen edge on, as glass is.
    `${FRAGMENT} in vec3 across; in vec3 towards; in vec4 body; uniform vec3 light;
    void main() {
      vec3 n = across / max(length(across), 1e-20); vec3 v = normalize(towards);
      n *= dot(n, v) < 0.0 ? -1.0 : 1.0;
      float lit = 0.5 + 0.5 * dot(n, light);
      float gleam = 0.22 * pow(max(dot(n, normalize(light + v)), 0.0), 36.0);
      float edge = pow(1.0 - dot(n, v), 3.0);
      float alpha = body.a < 1.0 ? mix(body.a, min(1.0, 2.5 * body.a), edge) : 1.0;
      seen = vec4((body.rgb * (0.4 + 0.6 * lit) + gleam) * alpha, alpha);
    }`,
  ],
  plane: [
    `${VERTEX} in vec3 position; in vec2 place; out vec2 at;
    void main() { gl_Position = matrix * vec4(position, 1.0); at = place; }`,
    `${FRAGMENT} in vec2 at; uniform sampler2D picture; uniform float opacity;
    void main() { seen = vec4(texture(picture, at).rgb * opacity, opacity); }`,
  ],
  // Each segment is one instance of a strip of four corners: ends 0 0 1 1, sides − + − +, as wide as it should be.
  line: [
    `${VERTEX} in vec3 from; in vec3 to; in vec3 colour; in float width; in vec2 along; in float dashed;
    out vec3 body; out float place;
    void main() {
      bool last = gl_VertexID > 1; float side = float(gl_VertexID & 1) * 2.0 - 1.0;
      vec4 a = matrix * vec4(from, 1.0); vec4 b = matrix * vec4(to, 1.0);
      vec2 run = normalize((b.xy / b.w - a.xy / a.w) * size + 1e-6);
      float cap = dashed > 0.5 ? 0.0 : (last ? 0.4 : -0.4); // a little beyond the ends, so that bends have no notch
      gl_Position = last ? b : a;
      gl_Position.xy += (vec2(-run.y, run.x) * side + run * cap) * width * scale / size * gl_Position.w;
      gl_Position.z -= 0.0005 * gl_Position.w;
      body = faded(colour, 0.55); place = dashed > 0.5 ? (last ? along.y : along.x) : -1.0;
    }`,
    `${FRAGMENT} in vec3 body; in float place; uniform float gap;
    void main() {
      if (place >= 0.0 && fract(place / gap) > 0.55) discard;
      seen = vec4(body, 1.0);
    }`,
  ],
  point: [
    `${VERTEX} in vec3 position; in vec3 colour; in float wide; out vec3 body; out float radius;
    void main() {
      gl_Position = matrix * vec4(position, 1.0);
      gl_Position.z -= 0.0008 * gl_Position.w;
      radius = 0.5 * wide * scale; gl_PointSize = 2.0 * radius + 2.0; body = faded(colour, 0.6);
    }`,
    `${FRAGMENT} in vec3 body; in float radius;
    void main() {
      float away = length(gl_PointCoord - 0.5) * (2.0 * radius + 2.0);
      float alpha = clamp(radius + 0.5 - away, 0.0, 1.0);
      if (alpha <= 0.0) discard;
      float rim = away / radius;
      seen = vec4(body * (1.06 - 0.28 * rim * rim), alpha);
    }`,
  ],
};

/** The fields of each buffer in their order, with how many numbers they have; lines hold one row a segment. */
export const FIELDS = {
  mesh: [["position", 3], ["normal", 3], ["colour", 4]],
  plane: [["position", 3], ["place", 2]],
  line: [["from", 3], ["to", 3], ["colour", 3], ["width", 1], ["along", 2], ["dashed", 1]],
  point: [["position", 3], ["colour", 3], ["wide", 1]],
};
