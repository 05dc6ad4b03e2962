// Reading values off a plot: the pointer, or the arrow keys on a focused plot, moves a rule; the place and the value of
// every named line there are printed below.
for (const plot of document.querySelectorAll(".plot[tabindex]")) {
  const svg = plot.querySelector("svg");
  const scale = svg.dataset;
  if (scale.x0 === undefined) {
    plot.removeAttribute("tabindex");
    continue;
  }
  const number = (name) => Number(scale[name]);
  const lines = [...svg.querySelectorAll("path[data-name]")].map((path) => ({
    name: path.dataset.name,
    points: path.getAttribute("d").split(/[ML]/).filter(Boolean).map((p) => p.split(" ").map(Number)),
  }));
  const rule = document.createElementNS("http://www.w3.org/2000/svg", "line");
  for (const [name, value] of [["y1", scale.top], ["y2", scale.bottom], ["stroke", "currentColor"], ["opacity", "0.5"]]) rule.setAttribute(name, value);
  const out = plot.appendChild(document.createElement("output"));
  let at = 0.5;

  const value = (points, place) => {
    const next = points.findIndex((p) => p[0] >= place);
    if (next < 0 || (next === 0 && points[0][0] > place)) return null;
    const [x1, y1] = points[next];
    const [x0, y0] = points[Math.max(0, next - 1)];
    const y = x1 === x0 ? y1 : y0 + ((y1 - y0) * (place - x0)) / (x1 - x0);
    return number("y0") + ((number("bottom") - y) / (number("bottom") - number("top"))) * (number("y1") - number("y0"));
  };

  const show = (fraction) => {
    at = Math.min(1, Math.max(0, fraction));
    const place = number("left") + at * (number("right") - number("left"));
    const x = number("x0") + at * (number("x1") - number("x0"));
    rule.setAttribute("x1", place);
    rule.setAttribute("x2", place);
    svg.append(rule);
    const where = scale.unit === "1/Å" && x > 0 ? `${x.toPrecision(3)} 1/Å, ${(1 / x).toPrecision(3)} Å` : `${x.toPrecision(3)} ${scale.unit}`;
    const read = scale.y0 === undefined ? [] : lines.map((l) => [l.name, value(l.points, place)]).filter((r) => r[1] !== null);
    out.textContent = [where, ...read.map(([name, y]) => `${name} ${y.toFixed(2).replace("-", "−")}`)].join("; ");
  };

  plot.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const inside = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    show((inside - number("left")) / (number("right") - number("left")));
  });
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -0.01, ArrowRight: 0.01 }[event.key];
    if (step) {
      event.preventDefault();
      show(at + step);
    }
  });
}
