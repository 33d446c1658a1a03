// What a carer is allowed to see. The device keeps the look before it shows anything, and tells its wearer.
import { ask } from "./ask.js";
import { element } from "./words.js";

const at = (id) => document.getElementById(id);

export function begin() {
  at("look").addEventListener("submit", async (event) => {
    event.preventDefault();
    at("look-error").textContent = "";
    at("looked").replaceChildren();
    try {
      const seen = await ask("/care/see", { carer: at("look-name").value, sight: at("look-sight").value });
      at("looked").dataset.allowed = seen.allowed;
      at("looked").replaceChildren(...seen.said.map((sentence) => element("p", {}, sentence)));
    } catch (error) {
      at("look-error").textContent = error.message;
    }
  });
}
