// Mode, what it does, battery, faults.
import { element, filled, language, words } from "./words.js";

const at = (id) => document.getElementById(id);

function device(now) {
  at("mode").textContent = now.paused && now.mode === "companion" ? words.paused : words.mode[now.mode];
  at("doing").textContent = now.skill ? words.doing[now.skill] ?? words.skills[now.skill] ?? now.skill : words.idle;
  at("battery").textContent = now.battery === null ? words.unknown : filled(words.percent, { count: now.battery });
  at("faults").replaceChildren(...now.faults.map((fault) => element("p", {}, fault[language])));
}

export const hears = { device };
