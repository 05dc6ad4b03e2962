// The reader's camera: it circles the origin, z upwards, and gives the matrix that brings a place onto the screen.

const SMALLEST = 0.35;
const LARGEST = 6;
/** Distance of the eye over the scene's half size, and the half angle that it sees, as a tangent: a cube just fits. */
const DISTANCE = 7;
const TANGENT = 0.19;

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const radians = (degrees) => (degrees * Math.PI) / 180;

export class Camera {
  constructor() {
    this.touched = false;
    this.rest(35, 25, 1);
  }

  /** Where the scene wants to be seen from; it is heeded until the reader has taken the camera. */
  rest(azimuth, elevation, extent) {
    this.home = [azimuth, elevation];
    this.extent = extent;
    if (!this.touched) Object.assign(this, { azimuth, elevation, zoom: 1 });
  }

  turn(right, up) {
    this.touched = true;
    this.azimuth = (((this.azimuth + right) % 360) + 360) % 360;
    this.elevation = clamp(this.elevation + up, -89.9, 89.9);
  }

  /** Closer by narrowing the view: the eye stays outside of the scene, and nothing is ever behind it. */
  magnify(factor) {
    this.touched = true;
    this.zoom = clamp(this.zoom * factor, SMALLEST, LARGEST);
  }

  reset() {
    this.touched = false;
    this.rest(...this.home, this.extent);
  }

  get distance() {
    return DISTANCE * this.extent;
  }

  /** Right, up and backward as unit vectors of the scene. */
  axes() {
    const [a, e] = [radians(this.azimuth), radians(this.elevation)];
    const [ca, sa, ce, se] = [Math.cos(a), Math.sin(a), Math.cos(e), Math.sin(e)];
    return [
      [-sa, ca, 0],
      [-se * ca, -se * sa, ce],
      [ce * ca, ce * sa, se],
    ];
  }

  /** The place of the eye. */
  eye() {
    return this.axes()[2].map((v) => v * this.distance);
  }

  /** Scene to clip space, column by column, for a canvas of this width over height. */
  matrix(aspect) {
    const [right, up, back] = this.axes();
    const { distance, extent, zoom } = this;
    const [near, far] = [distance - 4 * extent, distance + 4 * extent];
    const x = zoom / (TANGENT * Math.max(aspect, 1));
    const y = zoom / (TANGENT * Math.max(1 / aspect, 1));
    const [a, b] = [(far + near) / (near - far), (2 * far * near) / (near - far)];
    const out = new Float32Array(16);
    for (let i = 0; i < 3; i++) {
      out[4 * i] = x * right[i];
      out[4 * i + 1] = y * up[i];
      out[4 * i + 2] = a * back[i];
      out[4 * i + 3] = -back[i];
    }
    out[14] = -a * distance + b;
    out[15] = distance;
    return out;
  }

  toString() {
    return `seen from azimuth ${Math.round(this.azimuth)}°, elevation ${Math.round(this.elevation)}°`;
  }
}

/** A place on the canvas, in its own pixels, and its depth (1 is farthest). */
export function project(matrix, [x, y, z], width, height) {
  const at = (row) => matrix[row] * x + matrix[4 + row] * y + matrix[8 + row] * z + matrix[12 + row];
  const w = at(3);
  return [(0.5 + (0.5 * at(0)) / w) * width, (0.5 - (0.5 * at(1)) / w) * height, at(2) / w];
}
