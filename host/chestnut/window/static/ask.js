// Small JSON objects up to the device; what goes wrong is an Error whose message is a sentence for people.
import { language, words } from "./words.js";

export async function ask(path, given) {
  let answer;
  try {
    answer = await fetch(`${path}?lang=${language}`, given === undefined ? {} : {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(given),
    });
  } catch {
    throw new Error(words.gone);
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? words.gone);
  return told;
}

// One after the other: a finger that goes up must not overtake the one that goes down.
let last = Promise.resolve();
export function inTurn(path, given) {
  const next = last.then(() => ask(path, given));
  last = next.catch(() => {});
  return next;
}
