// What the mode Signs reads here: read anew whenever that mode begins, for something may have been taught.
import { ask } from "./ask.js";
import { element, filled, words } from "./words.js";

const at = (id) => document.getElementById(id);
let mode = "";

async function look() {
  try {
    const known = await ask("/vocabulary");
    at("letters").textContent = known.letters.join(" ") || words.no_letters;
    at("drawn").textContent = known.drawn.length ? filled(words.drawn, { letters: known.drawn.join(", ") }) : "";
    at("signs").replaceChildren(...known.signs.map((name) => element("li", {}, name)));
    at("no-signs").hidden = known.signs.length > 0;
    at("lacks").replaceChildren(...known.lacks.map((lack) => element("p", { className: "error" }, lack)));
  } catch (error) {
    at("lacks").replaceChildren(element("p", { className: "error" }, error.message));
  }
}

function device(now) {
  if (now.mode === "signs" && mode !== "signs") look();
  mode = now.mode;
}

export const hears = { device };
export const begin = look;
