// The pod: keys for mouse, finger, keyboard and screen reader. A key that is down here is down on the device.
import { inTurn } from "./ask.js";
import { element, filled, words } from "./words.js";

const SHAPES = {
  describe: '<circle cx="32" cy="32" r="22"/><path d="M20 26a16 16 0 0 1 12-9" class="shine"/>',
  read: '<path d="M12 18h40v6H12zM12 29h40v6H12zM12 40h40v6H12z"/>',
  ask: '<path fill-rule="evenodd" d="M32 8a24 24 0 1 0 0 48 24 24 0 0 0 0-48zm0 11a13 13 0 1 1 0 26 13 13 0 0 1 0-26z"/>',
  find: '<path d="M32 10 56 52H8z"/>',
  stop: '<path d="M24 8h16v16h16v16H40v16H24V40H8V24h16z"/>',
};
const at = (id) => document.getElementById(id);
const told = (error) => { at("press-error").textContent = error.message; };
const act = (key, what) => {
  at("press-error").textContent = "";
  inTurn("/press", { key, act: what }).catch(told);
};
let known = "";

function made(key) {
  const button = element("button", { type: "button", className: `key ${key}`, "aria-describedby": "pod-help" });
  button.dataset.key = key;
  button.innerHTML = `<svg viewBox="0 0 64 64" aria-hidden="true" focusable="false">${SHAPES[key] ?? SHAPES.describe}</svg>`;
  let down = false;
  const press = () => { if (!down) { down = true; act(key, "down"); } };
  const release = () => { if (down) { down = false; act(key, "up"); } };
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    press();
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) button.addEventListener(end, release);
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (!event.repeat) press();
  });
  button.addEventListener("keyup", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); release(); }
  });
  button.addEventListener("blur", release);
  // A click without a finger, as of a screen reader; one of a finger or of a typed key was a press already.
  button.addEventListener("click", (event) => { if (event.detail === 0) act(key, "press"); });
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  return button;
}

function gesture(key, kind, skill) {
  const means = words.skills[skill] ?? words.nothing;
  const name = filled(words.gesture_name, { key: words.keys[key], gesture: words.gestures[kind], means });
  const button = element("button", { type: "button", disabled: !skill, "aria-label": name }, means);
  button.addEventListener("click", () => act(key, kind));
  return element("td", {}, button);
}

function device(now) {
  const keys = Object.keys(now.keys);
  if (at("keys").children.length !== keys.length) at("keys").replaceChildren(...keys.map(made));
  if (known === JSON.stringify(now.keys)) return;
  known = JSON.stringify(now.keys);
  for (const button of at("keys").children) {
    const skill = now.keys[button.dataset.key].press;
    button.setAttribute("aria-label", filled(words.key_name, { key: words.keys[button.dataset.key], means: words.skills[skill] ?? words.nothing }));
    button.title = words.skills[skill] ?? "";
  }
  at("gestures").replaceChildren(...keys.map((key) => element("tr", {},
    element("th", { scope: "row" }, words.keys[key]),
    ...["press", "hold", "double"].map((kind) => gesture(key, kind, now.keys[key][kind])))));
}

function key(told) {
  const button = at("keys").querySelector(`[data-key="${CSS.escape(told.key)}"]`);
  button?.classList.toggle("down", told.edge !== "up");
  button?.classList.toggle("held", told.edge === "held");
}

function felt({ pattern }) {
  const body = at("pod-body");
  body.classList.remove("shakes");
  void body.offsetWidth; // begins the movement anew
  body.classList.add("shakes");
  body.dataset.felt = pattern;
}

export const hears = { device, key, felt };
export function begin() {}
