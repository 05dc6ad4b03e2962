// The reader's hands on a scene: dragging, two fingers, the wheel and the keys turn its camera.

const KEYS = { ArrowLeft: [-5, 0], ArrowRight: [5, 0], ArrowUp: [0, 5], ArrowDown: [0, -5] };
/** What the keys do, for those who do not see them done. */
export const TURN = "Drag or use the arrow keys to turn it, plus and minus for size, Home to begin again.";

/** Let the reader turn `camera` on `canvas`; `changed` is called after each move. */
export function listen(canvas, camera, changed) {
  const held = new Map();
  const gap = () => {
    const [a, b] = [...held.values()];
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    held.set(event.pointerId, event);
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const apart = held.size > 1 && gap();
    held.set(event.pointerId, event);
    const degrees = 220 / canvas.clientWidth / held.size;
    camera.turn((before.clientX - event.clientX) * degrees, (event.clientY - before.clientY) * degrees);
    if (apart) camera.magnify(gap() / apart);
    changed();
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(end, (event) => held.delete(event.pointerId));
  }
  canvas.addEventListener("dblclick", () => {
    camera.reset();
    changed();
  });
  canvas.addEventListener("wheel", (event) => wheel(event, camera, changed), { passive: false });
  canvas.addEventListener("keydown", (event) => key(event, camera, changed));
}

/** With Ctrl, as two fingers on a pad send it, the wheel magnifies; without, the page scrolls. */
function wheel(event, camera, changed) {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  camera.magnify(Math.exp(-event.deltaY / 200));
  changed();
}

function key(event, camera, changed) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const turn = KEYS[event.key];
  if (turn) camera.turn(...turn.map((v) => (event.shiftKey ? 3 * v : v)));
  else if (event.key === "+" || event.key === "=") camera.magnify(1.15);
  else if (event.key === "-") camera.magnify(1 / 1.15);
  else if (event.key === "Home") camera.reset();
  else return;
  event.preventDefault();
  changed();
}
