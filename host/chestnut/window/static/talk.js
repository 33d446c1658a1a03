// For who cannot hear: everything the device speaks, large, and who said it; what is signed; a line to type.
import { ask } from "./ask.js";
import { element, language, words } from "./words.js";

const MOST = 40;
const lines = new Map();
const at = (id) => document.getElementById(id);

function line(told) {
  if (told.who === "aloud") return; // the typed line stands there already
  const said = at("said");
  const atEnd = said.scrollHeight - said.scrollTop - said.clientHeight < 80;
  let shown = lines.get(told.id);
  if (!shown) {
    if (told.state === "waits" || told.state === "unsaid") return; // shown as it is spoken, not before
    shown = element("p", {}, element("span", { className: "who" }), element("span", { className: "text" }));
    lines.set(told.id, shown);
    shown.firstChild.textContent = words.who[told.who];
    shown.lastChild.textContent = told.text;
    said.append(shown);
    while (lines.size > MOST) drop(lines.keys().next().value);
  }
  shown.dataset.who = told.who;
  shown.dataset.state = told.state;
  shown.classList.toggle("unsure", !told.sure);
  if (told.state === "cut" && !shown.querySelector(".cut")) {
    shown.append(element("span", { className: "cut" }, words.state.cut));
  }
  if (atEnd) said.scrollTop = said.scrollHeight;
}

function drop(id) {
  lines.get(id)?.remove();
  lines.delete(id);
}

function kept({ ids }) {
  const left = new Set(ids);
  for (const id of [...lines.keys()]) if (!left.has(id)) drop(id);
}

function signed({ words: made, letters }) {
  const shown = at("signed-words");
  shown.classList.toggle("empty", !made.length);
  if (made.length) {
    shown.replaceChildren(...made.flatMap((word) => [
      element("span", { className: `word${word.sign ? " sign" : ""}${word.sure ? "" : " unsure"}` },
        ...(word.sure ? [] : [element("small", {}, words.perhaps)]), word.text,
        ...(word.sign ? [element("small", {}, words.taught)] : [])),
      " ",
    ]));
  } else shown.textContent = words.nothing_signed;
  const spelt = at("signed-letters");
  spelt.hidden = !letters.length;
  spelt.replaceChildren(element("small", {}, words.spelling), " ", element("span", { className: "spelt" }, letters.join(" ")));
}

function device(now) {
  const signs = now.mode === "signs";
  at("signs-state").textContent = !signs ? words.signs_off : now.signs_lack?.[language] ?? words.signs_on;
  for (const button of document.querySelectorAll("[data-signs]")) button.disabled = !signs;
  document.querySelector('[data-skill="signs"]').hidden = signs;
}

export const hears = { line, kept, signed, device };

export function begin() {
  const text = at("say-text");
  at("say").addEventListener("submit", async (event) => {
    event.preventDefault();
    at("say-error").textContent = "";
    try {
      await ask("/say", { text: text.value, aloud: at("say-aloud").checked });
      text.value = "";
    } catch (error) {
      at("say-error").textContent = error.message;
    }
    text.focus();
  });
  const told = (work) => work.catch((error) => { at("say-error").textContent = error.message; });
  for (const button of document.querySelectorAll("[data-skill]")) {
    button.addEventListener("click", () => told(ask("/ask", { skill: button.dataset.skill })));
  }
  at("clear").addEventListener("click", () => told(ask("/clear", { all: true })));
}
