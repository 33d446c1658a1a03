// Which sections there are depends on the door; each is made live by its module.
import * as bench from "./bench.js";
import * as carers from "./carers.js";
import { listen } from "./feed.js";
import * as latency from "./latency.js";
import * as pod from "./pod.js";
import * as reminders from "./reminders.js";
import * as state from "./state.js";
import * as talk from "./talk.js";
import * as transcript from "./transcript.js";
import * as vocabulary from "./vocabulary.js";

const modules = { talk, pod, transcript, vocabulary, reminders, carers, latency, bench };
const live = Object.entries(modules).filter(([id]) => document.getElementById(id)).map(([, module]) => module);
for (const module of live) module.begin();

if (document.body.dataset.view !== "care") {
  const heard = {};
  for (const module of [state, ...live]) {
    for (const [kind, hear] of Object.entries(module.hears ?? {})) (heard[kind] ??= []).push(hear);
  }
  listen(heard);
}
document.body.dataset.ready = "";
