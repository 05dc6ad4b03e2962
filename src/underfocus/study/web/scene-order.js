// Clear triangles from the farthest to the nearest, between the clear planes: counted into layers, not compared.

const LAYERS = 2048;

/** The triangles of a mesh's index, kept with their middles, to be put in order for an eye. */
export class Order {
  constructor(vertices, stride, index) {
    const count = index.length / 3;
    Object.assign(this, { index, count, sorted: new Uint32Array(index.length), keys: new Uint32Array(count) });
    this.middles = new Float32Array(index.length);
    this.reach = 0;
    for (let f = 0; f < count; f++) {
      let square = 0;
      for (let k = 0; k < 3; k++) {
        const at = (corner) => vertices[stride * index[3 * f + corner] + k];
        const middle = (at(0) + at(1) + at(2)) / 3;
        this.middles[3 * f + k] = middle;
        square += middle * middle;
      }
      this.reach = Math.max(this.reach, Math.sqrt(square));
    }
  }

  /**
   * Fill `sorted` for an eye that looks against `back`; `planes` ({ centre, normal towards the eye }) come farthest
   * first. Returns where the triangles in front of each plane begin: draw up to there, then the plane.
   */
  sort(back, planes) {
    const { count, index, middles, sorted, keys } = this;
    const starts = new Uint32Array(LAYERS * (planes.length + 1) + 1);
    const [bx, by, bz] = back;
    const scale = (LAYERS - 1) / (2 * this.reach || 1);
    for (let f = 0; f < count; f++) {
      const [x, y, z] = [middles[3 * f], middles[3 * f + 1], middles[3 * f + 2]];
      let rank = 0;
      while (rank < planes.length && inFront(planes[rank], x, y, z)) rank++;
      const layer = ((x * bx + y * by + z * bz + this.reach) * scale) | 0;
      const key = rank * LAYERS + Math.min(LAYERS - 1, layer);
      keys[f] = key;
      starts[key + 1]++;
    }
    for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
    const ends = planes.map((_, rank) => 3 * starts[(rank + 1) * LAYERS]);
    for (let f = 0; f < count; f++) {
      const to = 3 * starts[keys[f]]++;
      sorted[to] = index[3 * f];
      sorted[to + 1] = index[3 * f + 1];
      sorted[to + 2] = index[3 * f + 2];
    }
    return [...ends, 3 * count];
  }
}

const inFront = ({ centre, normal }, x, y, z) =>
  (x - centre[0]) * normal[0] + (y - centre[1]) * normal[1] + (z - centre[2]) * normal[2] > 0;
