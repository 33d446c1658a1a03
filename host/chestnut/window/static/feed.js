// What the device tells, as it happens. The browser connects again by itself; every time the whole state comes anew.
import { language, words } from "./words.js";

const KINDS = ["device", "signed", "kept", "line", "key", "felt", "seen"];
const AGAIN_MS = 2000;

export function listen(heard) {
  const link = document.getElementById("link");
  const tell = (text, state) => {
    if (link.textContent !== text) link.textContent = text;
    link.dataset.state = state;
  };
  const feed = new EventSource("/feed");
  feed.addEventListener("open", () => tell(words.linked, "on"));
  feed.addEventListener("error", async () => {
    tell(words.gone, "off");
    if (feed.readyState !== EventSource.CLOSED) return; // it tries again by itself
    const why = await refusal();
    if (why) tell(why, "off");
    else setTimeout(listen, AGAIN_MS, heard);
  });
  for (const kind of KINDS) {
    feed.addEventListener(kind, (event) => heard[kind]?.forEach((each) => each(JSON.parse(event.data))));
  }
}

// Why there is no feed, as a sentence; "" when there is one again.
async function refusal() {
  const stop = new AbortController();
  try {
    const answer = await fetch(`/feed?lang=${language}`, { signal: stop.signal });
    return answer.ok ? "" : (await answer.json()).error;
  } catch {
    return "";
  } finally {
    stop.abort();
  }
}
