// The syllabus on this reader's terms: their stream, their time zone, their place in the list.

const KEY = "underfocus.stream";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** The kept stream, or "both". */
function kept() {
  try {
    return localStorage.getItem(KEY) ?? "both";
  } catch {
    return "both";
  }
}

/** Show the rows of a stream ("both" shows all); rows without a stream, such as the cancelled one, always stay. */
function choose(stream) {
  const article = document.querySelector(".home");
  article.dataset.stream = stream;
  for (const part of all("[data-streams]", article)) {
    const streams = part.dataset.streams.split(" ").filter(Boolean);
    part.hidden = stream !== "both" && streams.length > 0 && !streams.includes(stream);
  }
  for (const month of all(".month")) month.hidden = all(".meeting", month).every((row) => row.hidden);
  const shown = all('.meeting:not([hidden]):is([data-state="open"], [data-state="coming"])').length;
  document.querySelector(".choice .count").textContent = `${shown} meetings`;
}

function streams() {
  const buttons = all('input[name="stream"]');
  const value = buttons.some((button) => button.value === kept()) ? kept() : "both";
  for (const button of buttons) {
    button.checked = button.value === value;
    button.addEventListener("change", () => {
      choose(button.value);
      try {
        localStorage.setItem(KEY, button.value);
      } catch {
        // A private window keeps the choice for this page alone.
      }
    });
  }
  choose(value);
}

/** Each instant on the reader's own clock; the weekday and the date too where they are not the printed ones. */
function clocks() {
  const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", timeZoneName: "short" });
  const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
  for (const time of all("time[data-utc]")) {
    const start = new Date(time.dataset.utc);
    const local = [start.getFullYear(), start.getMonth() + 1, start.getDate()];
    const same = local.map((part) => String(part).padStart(2, "0")).join("-") === time.dataset.utc.slice(0, 10);
    time.textContent = same ? clock.format(start) : `${day.format(start)}, ${clock.format(start)}`;
  }
  document.getElementById("zone").textContent = clock.resolvedOptions().timeZone;
}

/** An address such as /#M6 or /#M6.q3 unfolds the row that it names. */
function unfold() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const row = named?.closest(".meeting");
  if (!row) return;
  if (row.hidden) {
    document.querySelector('input[name="stream"][value="both"]').checked = true;
    choose("both");
  }
  const folded = row.querySelector("details");
  if (folded) folded.open = true;
  named.scrollIntoView();
}

streams();
clocks();
unfold();
addEventListener("hashchange", unfold);
