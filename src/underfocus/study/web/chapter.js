// A chapter comes to life: figures, derivations, problems, and the line that keeps the reader's progress.

import { Derivation } from "./derivation.js";
import { Figure, uploads } from "./figure.js";
import { arrive } from "./permalink.js";
import { Problem } from "./problem.js";
import { Progress } from "./progress.js";
import { Live } from "./socket.js";

const all = (selector) => [...document.querySelectorAll(selector)];
const [figures, derivations] = [all("uf-figure"), all("uf-derivation")];
if (figures.length + derivations.length) {
  const live = new Live();
  for (const element of figures) new Figure(element, live);
  for (const element of derivations) new Derivation(element, live);
}
for (const element of all("uf-problem")) new Problem(element);
for (const element of all("uf-progress")) new Progress(element);
uploads();
arrive();
