// Reads the binary message of a figure: header, then float32 payloads (layout in show/frames.py).

const text = new TextDecoder();

/** The header of a message, each array reference in it replaced by a Float32Array with its shape and hash. */
export function read(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(text.decode(new Uint8Array(buffer, 4, length)));
  const start = Math.ceil((4 + length) / 8) * 8;
  const fill = (place) => {
    if (!place) return null;
    const count = place.shape.reduce((a, b) => a * b, 1);
    return new Float32Array(buffer, start + place.offset, count);
  };
  for (const panel of header.panels) {
    if (panel.kind === "scene") {
      panel.items = panel.items.map((item) => filled(item, fill));
    } else if (panel.kind === "image") {
      panel.shape = panel.pixels.shape;
      panel.sha256 = panel.pixels.sha256;
      panel.data = fill(panel.pixels);
    } else {
      panel.sha256 = panel.x.sha256;
      panel.x = fill(panel.x);
      if (panel.heights) panel.heights = fill(panel.heights);
      for (const line of panel.lines ?? []) {
        line.y = fill(line.y);
        line.x = fill(line.x);
        line.low = fill(line.low);
        line.high = fill(line.high);
      }
    }
  }
  return header;
}

/** An item of a scene with its arrays in place of where they lie; three numbers become a plain list. */
function filled(item, fill) {
  const out = {};
  for (const [name, value] of Object.entries(item)) {
    const isPlace = value !== null && typeof value === "object" && "offset" in value;
    if (!isPlace) out[name] = value;
    else out[name] = value.shape.length === 1 && value.shape[0] === 3 && name !== "values" ? [...fill(value)] : fill(value);
    if (isPlace && name === "data") out.shape = value.shape;
  }
  return out;
}
