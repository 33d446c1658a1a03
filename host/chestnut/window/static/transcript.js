// What was spoken, with times. It is nowhere but in memory.
import { element, language, words } from "./words.js";

const MOST = 200;
const lines = new Map();
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const at = (id) => document.getElementById(id);

function line(told) {
  if (told.who === "typed" && told.state === "shown") told = { ...told, state: "" };
  const scroll = at("lines").parentElement;
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40;
  const shown = element("li", { className: told.sure ? "" : "unsure" },
    element("time", { dateTime: new Date(told.at * 1000).toISOString() }, clock.format(told.at * 1000)), " ",
    element("b", {}, words.who[told.who]), " ", told.text, " ",
    element("small", {}, words.state[told.state] ?? ""));
  shown.dataset.state = told.state;
  const before = lines.get(told.id);
  if (before) before.replaceWith(shown);
  else at("lines").append(shown);
  lines.set(told.id, shown);
  while (lines.size > MOST) drop(lines.keys().next().value);
  at("no-lines").hidden = true;
  if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

function drop(id) {
  lines.get(id)?.remove();
  lines.delete(id);
}

function kept({ ids }) {
  const left = new Set(ids);
  for (const id of [...lines.keys()]) if (!left.has(id)) drop(id);
  at("no-lines").hidden = lines.size > 0;
}

export const hears = { line, kept };
export function begin() {}
