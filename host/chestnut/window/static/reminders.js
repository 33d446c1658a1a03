// Reminders: what is set, more of them, fewer. What became of them is the wearer's to tell.
import { ask } from "./ask.js";
import { element, filled, words } from "./words.js";

const at = (id) => document.getElementById(id);

function show({ reminders, lack }) {
  at("no-reminders").hidden = reminders.length > 0;
  if (lack) at("no-reminders").textContent = lack;
  at("remind").hidden = Boolean(lack);
  at("reminder-list").replaceChildren(...reminders.map((one) => {
    const remove = element("button", {
      type: "button", disabled: one.from_file, "aria-label": filled(words.remove_name, { number: one.number, words: one.words }),
    }, words.remove);
    remove.addEventListener("click", () => change(ask("/reminders/remove", { number: one.number }), words.removed));
    const marks = [one.repeats ? words.repeats : "", one.from_file ? words.from_file : ""].filter(Boolean).join(", ");
    return element("li", {}, element("span", {}, one.said, marks && element("small", {}, ` (${marks})`)), remove);
  }));
}

async function change(work, done) {
  at("remind-error").textContent = at("remind-done").textContent = "";
  try {
    show(await work);
    at("remind-done").textContent = done;
    return true;
  } catch (error) {
    at("remind-error").textContent = error.message;
    return false;
  }
}

export function begin() {
  change(ask("/reminders"), "");
  const form = at("remind");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [date, time] = [at("remind-date").value, at("remind-time").value];
    const given = { words: at("remind-words").value, at: date ? `${date} ${time}` : time, repeat: at("remind-repeat").value, kind: at("remind-kind").value };
    if (await change(ask("/reminders", given), words.is_set)) form.reset();
  });
}
