// Reading values off a plot: the pointer, or the arrow keys on a focused plot, moves a rule and prints the position.
for (const plot of document.querySelectorAll(".plot[tabindex]")) {
  const svg = plot.querySelector("svg");
  const scale = svg && svg.dataset;
  if (!scale || scale.x0 === undefined) continue;
  const rule = document.createElementNS("http://www.w3.org/2000/svg", "line");
  for (const [name, value] of [["y1", scale.top], ["y2", scale.bottom], ["stroke", "currentColor"], ["opacity", "0.5"]]) rule.setAttribute(name, value);
  const out = plot.appendChild(document.createElement("output"));
  let at = 0.5;
  const show = (fraction) => {
    at = Math.min(1, Math.max(0, fraction));
    const place = Number(scale.left) + at * (scale.right - scale.left);
    const x = Number(scale.x0) + at * (scale.x1 - scale.x0);
    rule.setAttribute("x1", place);
    rule.setAttribute("x2", place);
    svg.append(rule);
    out.textContent = scale.unit === "1/Å" && x > 0 ? `${x.toPrecision(3)} 1/Å = ${(1 / x).toFixed(2)} Å` : `${x.toPrecision(4)} ${scale.unit || ""}`;
  };
  plot.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const inside = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    show((inside - scale.left) / (scale.right - scale.left));
  });
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -0.01, ArrowRight: 0.01 }[event.key];
    if (step) { event.preventDefault(); show(at + step); }
  });
}
