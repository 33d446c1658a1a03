// How quick the device was, as a table and a drawing: asked for anew when the device has done something.
import { ask } from "./ask.js";
import { element, filled, words } from "./words.js";

const STAGES = ["heard", "finger", "sound", "word", "end"];
const AGAIN_MS = 10000;
const [LEAST_MS, MOST_MS, LEFT, WIDE, HIGH] = [10, 20000, 24, 360, 22];
const MARKS = [[10, "10 ms"], [100, "100 ms"], [1000, "1 s"], [10000, "10 s"]];
const at = (id) => document.getElementById(id);
let [busy, asked, waits] = [false, 0, 0];

const written = (ms) => (ms >= 10 ? ms.toFixed(0) : ms.toFixed(1));
const between = (stage) => stage
  ? filled(words.latency.most, { half: written(stage.p50_ms), most: written(stage.p95_ms) })
  : "–";
const named = (skill) => (words.skills[skill] ?? skill).split(/[:;(]/)[0].trim();

function row({ skill, stages }) {
  const times = Math.max(...Object.values(stages).map((stage) => stage.count));
  return element("tr", {}, element("th", { scope: "row" }, named(skill)), element("td", {}, String(times)),
    ...STAGES.map((stage) => element("td", {}, between(stages[stage]))));
}

function drawn(name, attributes, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function place(ms) {
  const share = Math.log(Math.max(LEAST_MS, ms) / LEAST_MS) / Math.log(MOST_MS / LEAST_MS);
  return LEFT + WIDE * Math.min(1, share);
}

function plot(rows) {
  const told = rows.filter((row) => row.stages.word);
  const height = told.length * 2 * HIGH + HIGH;
  const lines = MARKS.flatMap(([ms, text]) => [
    drawn("line", { x1: place(ms), x2: place(ms), y1: 0, y2: height - HIGH, class: "grid" }),
    drawn("text", { x: place(ms), y: height - 4, class: "mark" }, text),
  ]);
  const bars = told.flatMap(({ skill, stages: { word } }, index) => {
    const [y, half, most] = [index * 2 * HIGH, place(word.p50_ms), place(word.p95_ms)];
    return [
      drawn("text", { x: LEFT, y: y + 15 }, named(skill)),
      drawn("line", { x1: half, x2: Math.max(most, half + 1), y1: y + 30, y2: y + 30, class: "span" }),
      drawn("circle", { cx: half, cy: y + 30, r: 5, class: "half" }),
    ];
  });
  at("latency-plot").setAttribute("viewBox", `0 0 ${LEFT * 2 + WIDE} ${height}`);
  at("latency-plot").replaceChildren(...lines, ...bars);
}

async function look() {
  [asked, waits] = [Date.now(), 0];
  try {
    const { rows } = await ask("/latency");
    at("no-latency").hidden = rows.length > 0;
    at("latency-shown").hidden = rows.length === 0;
    at("latency-rows").replaceChildren(...rows.map(row));
    plot(rows);
    at("latency-error").textContent = "";
  } catch (error) {
    at("latency-error").textContent = error.message;
  }
}

function device(now) {
  if (busy && !now.busy && !waits) waits = setTimeout(look, Math.max(0, asked + AGAIN_MS - Date.now()));
  busy = now.busy;
}

export const hears = { device };
export const begin = look;
