// One WebSocket for all figures of the page. It reconnects by itself and asks again for what each figure last wanted.

import { read } from "./frame.js";

export class Live {
  constructor() {
    this.seq = 0;
    this.wanted = new Map();
    this.hearers = new Map();
    this.wait = 250;
    this.connect();
  }

  /** Call `hear(header)` with every answer to `name`; an answer is a frame, or has an `error` sentence. */
  listen(name, hear) {
    this.hearers.set(name, hear);
  }

  /** Ask for a drawing; `kind` is "figure" or "derivation". The number of the request comes back. */
  ask(kind, name, values, more = {}) {
    const request = { [kind]: name, seq: ++this.seq, values, ...more };
    this.wanted.set(name, request);
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(request));
    return request.seq;
  }

  /** Do not ask for this again when the connection comes back. */
  forget(name) {
    this.wanted.delete(name);
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(`${scheme}//${location.host}/ws`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => {
      this.wait = 250;
      this.state("");
      for (const request of this.wanted.values()) this.socket.send(JSON.stringify(request));
    };
    this.socket.onmessage = (event) => this.receive(event.data);
    this.socket.onclose = () => {
      this.state("The study has stopped. Start it again with `underfocus study`, and open the address that it prints.");
      setTimeout(() => this.connect(), this.wait);
      this.wait = Math.min(4 * this.wait, 30000);
    };
  }

  receive(data) {
    const received = performance.now();
    const header = typeof data === "string" ? JSON.parse(data) : read(data);
    header.received = received;
    const name = header.figure ?? header.derivation;
    this.hearers.get(name)?.(header);
  }

  /** Say at the foot of the page that the connection is gone; an empty sentence takes it away. */
  state(sentence) {
    let note = document.getElementById("connection");
    if (!sentence) {
      note?.remove();
      return;
    }
    if (!note) {
      note = Object.assign(document.createElement("p"), { id: "connection", role: "status" });
      document.body.append(note);
    }
    note.textContent = sentence;
  }
}
