// Axes: which numbers stand beside a scale, how numbers are printed, and the lengths in Å above a frequency.

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const LENGTHS = [-1, 0, 1, 2, 3]
  .flatMap((e) => [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 7].map((m) => m * 10 ** e))
  .sort((a, b) => b - a);

const raised = (n) => [...String(n)].map((c) => RAISED[c]).join("");

/** A number in `digits` significant digits with a true minus sign; powers of ten where it is very small or large. */
export function number(value, digits = 4) {
  if (value === null || Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e6)) {
    const [mantissa, exponent] = value.toExponential(Math.max(0, digits - 1)).split("e");
    return `${String(Number(mantissa)).replace("-", "−")} × 10${raised(Number(exponent))}`;
  }
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/** A tick's number: as short as it can be. */
export function tickLabel(value) {
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e5)) {
    const [mantissa, exponent] = value.toExponential(0).split("e");
    return `${mantissa === "1" ? "" : `${mantissa.replace("-", "−")}×`}10${raised(Number(exponent))}`;
  }
  return String(Number(value.toPrecision(6))).replace("-", "−");
}

export class Axis {
  constructor(low, high, start, end, scale = "linear") {
    Object.assign(this, { low, high, start, end, scale });
  }

  place(value) {
    const share =
      this.scale === "log"
        ? Math.log(Math.max(value, 1e-300) / this.low) / Math.log(this.high / this.low)
        : (value - this.low) / (this.high - this.low);
    return this.start + share * (this.end - this.start);
  }

  value(place) {
    const share = (place - this.start) / (this.end - this.start);
    return this.scale === "log" ? this.low * (this.high / this.low) ** share : this.low + share * (this.high - this.low);
  }

  ticks(count) {
    return this.scale === "log" ? decades(this.low, this.high) : ticks(this.low, this.high, count);
  }

  /** Lengths in Å whose frequencies lie on this axis, at least `apart` pixels from one another. */
  lengths(apart = 34) {
    const kept = [];
    const clear = (this.low < 0 ? this.place(0) : this.start) + apart / 2;
    for (const length of LENGTHS) {
      const s = 1 / length;
      // The first label keeps clear of the "Å" at the start of the scale, or of 0 where the axis has both signs.
      if (s < this.low || s > this.high || this.place(s) < clear) continue;
      if (!kept.length || this.place(s) - this.place(1 / kept.at(-1)) >= apart) kept.push(length);
    }
    return kept;
  }
}

function ticks(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i <= Math.floor(high / step + 1e-9); i++) {
    found.push(Number((i * step).toPrecision(12)) + 0);
  }
  return found;
}

function decades(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = 1 + Math.floor((last - first) / 8);
  const found = [];
  for (let e = first; e <= last; e += every) found.push(10 ** e);
  return found;
}

/** Whether a label names a frequency in 1/Å. */
export const isFrequency = (label) => /(1\/Å|Å⁻¹)\s*$/.test(label);

/** The range of an axis: its limits, or the data, with a little air in y. */
export function span(panel, which) {
  const limits = panel[`${which}_limits`];
  if (limits) return limits;
  const scale = panel[`${which}_scale`] ?? "linear";
  let [low, high] = [Infinity, -Infinity];
  const take = (v) => {
    if (Number.isFinite(v) && (scale === "linear" || v > 0)) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  };
  if (panel.kind === "bars") {
    const half = panel.x.length > 1 ? 0.5 * (panel.x[1] - panel.x[0]) : 0.5;
    if (which === "x") panel.x.forEach((x) => [x - half, x + half].forEach(take));
    else [0, ...panel.heights].forEach(take);
  } else {
    for (const line of panel.lines) {
      const drawn = which === "x" ? [line.x ?? panel.x] : [line.y, line.low ?? [], line.high ?? []];
      drawn.forEach((values) => values.forEach(take));
    }
  }
  if (low > high) [low, high] = [0, 1];
  if (scale === "log") return high > low ? [low, high] : [low / 2, low * 2];
  if (high <= low) return [low - 0.5, low + 0.5];
  const air = which === "y" ? 0.05 * (high - low) : 0;
  return [low - air, high + air];
}
