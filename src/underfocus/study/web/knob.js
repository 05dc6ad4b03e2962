// A knob on the page: slider and number kept together, a list or a switch. Its value is what the engine receives.

import { number } from "./axes.js";

export class Knob {
  constructor(root, changed) {
    this.root = root;
    this.name = root.dataset.knob;
    this.kind = root.dataset.kind;
    this.slider = root.querySelector('input[type="range"]');
    this.field = root.querySelector('input:not([type="range"]), select');
    this.unit = root.querySelector(".unit")?.textContent ?? "";
    this.label = root.querySelector("label").textContent;
    this.log = this.slider?.hasAttribute("data-log") ?? false;
    this.default = this.value;
    this.slider?.addEventListener("input", () => {
      this.field.value = this.fromSlider();
      this.follow();
      changed(this);
    });
    this.field.addEventListener(this.slider || this.kind === "text" ? "input" : "change", () => {
      if (this.slider && !this.field.checkValidity()) {
        this.root.classList.add("wrong");
        this.field.setAttribute("aria-invalid", "true");
        return;
      }
      if (this.slider) this.slider.value = this.toSlider(this.field.value);
      this.follow();
      changed(this);
    });
    this.field.addEventListener("blur", () => {
      if (this.slider && this.field.value === "") this.set(this.default);
    });
    this.follow();
  }

  get value() {
    if (this.kind === "switch") return this.field.checked;
    return this.slider ? Number(this.field.value) : this.field.value;
  }

  /** The value as a permalink holds it. */
  get text() {
    return this.kind === "switch" ? (this.value ? "on" : "off") : String(this.field.value);
  }

  /** Turn the knob without telling anyone; text from a permalink is taken as it is. */
  set(value) {
    if (this.kind === "switch") this.field.checked = value === true || value === "on";
    else if (this.slider) {
      if (!Number.isFinite(Number(value)) || value === "") return;
      this.field.value = String(value);
      this.slider.value = this.toSlider(value);
    } else if (this.kind === "choice") {
      if ([...this.field.options].some((o) => o.value === value)) this.field.value = value;
    } else this.field.value = value;
    this.follow();
  }

  get changed() {
    return this.value !== this.default;
  }

  /** Where the value lies between the ends of the slider, 0 to 1; setting it turns the knob. */
  get share() {
    const { min, max, value } = this.slider;
    return (Number(value) - Number(min)) / (Number(max) - Number(min));
  }

  set share(share) {
    const { min, max } = this.slider;
    this.slider.value = Number(min) + share * (Number(max) - Number(min));
    this.field.value = this.fromSlider();
    this.follow();
  }

  fromSlider() {
    const value = Number(this.slider.value);
    if (!this.log) return this.kind === "integer" ? String(Math.round(value)) : this.slider.value;
    return this.kind === "integer" ? String(Math.round(10 ** value)) : String(Number((10 ** value).toPrecision(3)));
  }

  toSlider(value) {
    return this.log ? Math.log10(Math.max(Number(value), 1e-300)) : Number(value);
  }

  /** The words that assistive technology reads, and the filled part of the track. */
  follow() {
    this.root.classList.remove("wrong");
    this.field.removeAttribute("aria-invalid");
    if (!this.slider) return;
    this.slider.setAttribute("aria-valuetext", `${number(this.value, 6)} ${this.unit}`.trim());
    this.slider.style.setProperty("--share", `${100 * this.share}%`);
  }

  toString() {
    return this.kind === "switch" ? `${this.label} ${this.text}` : `${this.label} ${this.text} ${this.unit}`.trim();
  }
}
