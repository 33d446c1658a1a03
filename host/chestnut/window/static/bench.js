// A simulated device: what it sees, what can be broken in it, a recording of it.
import { ask } from "./ask.js";
import { element, filled, language, words } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const at = (id) => document.getElementById(id);
let [shown, waits, busy] = [0, "", false];

async function told(work) {
  at("bench-error").textContent = "";
  try {
    return await work;
  } catch (error) {
    at("bench-error").textContent = error.message;
    return null;
  }
}

function rectangles({ kind, box: [left, top, right, bottom] }) {
  return ["edge", kind].map((look) => {
    const made = document.createElementNS(SVG, "rect");
    const sides = { x: left * 100, y: top * 100, width: (right - left) * 100, height: (bottom - top) * 100, class: look };
    for (const [name, value] of Object.entries(sides)) made.setAttribute(name, value);
    return made;
  });
}

function seen({ frame, found, refused }) {
  const what = found.map((one) => filled(words.bench.one, { name: one.name[language], percent: Math.round(one.score * 100) }));
  const text = what.join(", ") || (refused ? words.bench.refused : words.bench.none);
  at("seen-words").textContent = text;
  at("boxes").replaceChildren();
  shown = frame;
  const picture = at("picture");
  picture.onload = () => {
    if (shown !== frame) return;
    picture.hidden = false;
    at("boxes").replaceChildren(...found.flatMap(rectangles));
  };
  picture.onerror = () => { picture.hidden = true; };
  picture.alt = filled(words.bench.alt, { what: text });
  waits = `/picture/${frame}`;
  look();
}

function state(now) {
  if (!now) return;
  at("next-picture").hidden = !now.pictures;
  const keys = Object.entries(now.faults).map(([name, broken]) => {
    const button = element("button", { type: "button", "aria-pressed": String(broken) }, words.bench.fault[name]);
    button.dataset.fault = name;
    button.addEventListener("click", () => change({ fault: name, broken: button.getAttribute("aria-pressed") !== "true" }));
    return button;
  });
  const once = now.once.map((name) => {
    const button = element("button", { type: "button" }, words.bench.fault[name]);
    button.dataset.fault = name;
    button.addEventListener("click", () => change({ fault: name, broken: true }));
    return button;
  });
  const held = document.activeElement?.dataset?.fault;
  at("fault-keys").replaceChildren(...keys, ...once);
  if (held) at("fault-keys").querySelector(`[data-fault="${CSS.escape(held)}"]`)?.focus();
}

async function change(given) {
  state(await told(ask("/bench", given)));
}

function tape(now) {
  if (!now) return;
  at("tape").setAttribute("aria-pressed", String(now.records));
  at("tape").textContent = now.records ? words.bench.end : words.bench.record;
  at("replay").disabled = now.records || !now.kept;
  const done = now.replayed;
  if (done) {
    const told = done.differing ? words.bench.differs : words.bench.same;
    at("tape-words").textContent = filled(told, { events: done.events, differing: done.differing, first: done.first });
  } else {
    at("tape-words").textContent = now.records ? words.bench.records : filled(words.bench.recorded, { events: now.events });
  }
}

// The picture is fetched when the device is silent: nothing is to be done for the page beside an answer.
function look() {
  if (!waits || busy) return;
  at("picture").src = waits;
  waits = "";
}

function device(now) {
  busy = now.busy;
  look();
}

export const hears = { device, seen };
export async function begin() {
  at("next-picture").addEventListener("click", () => change({ next: true }));
  at("tape").addEventListener("click", async () => {
    tape(await told(ask("/tape", { act: at("tape").getAttribute("aria-pressed") === "true" ? "end" : "begin" })));
  });
  at("replay").addEventListener("click", async () => tape(await told(ask("/tape", { act: "replay" }))));
  state(await told(ask("/bench")));
  const now = await told(ask("/tape"));
  tape(now);
  if (now && !now.records && !now.events) at("tape-words").textContent = "";
}
