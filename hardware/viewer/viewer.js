// Shows one of four models: chest unit or pod, closed or taken apart. Everything it needs stands beside it.
(() => {
  "use strict";
  const models = window.CHESTNUT_MODELS, words = window.CHESTNUT_WORDS;
  const viewer = document.getElementById("model");
  const shown = { language: navigator.language.startsWith("ru") ? "ru" : "en", unit: "chest", state: "closed" };
  const FRONT = "-32deg 68deg auto", BACK = "148deg 68deg auto";
  const STEP_RAD = Math.PI / 12;
  const urls = {};

  const element = (id) => document.getElementById(id);
  const say = (text) => { element("state").textContent = text; };

  // The file with every body moved along its way: places stand in the JSON at the file's beginning (glTF 2.0, 4.4).
  function takenApart(bytes, ways) {
    const view = new DataView(bytes.buffer);
    const length = view.getUint32(12, true);
    const document = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + length)));
    document.nodes.forEach((node, index) => { node.translation = ways[index]; });
    const text = new TextEncoder().encode(JSON.stringify(document));
    const padded = Math.ceil(text.length / 4) * 4;
    const rest = bytes.subarray(20 + length);
    const made = new Uint8Array(20 + padded + rest.length).fill(0x20);
    const head = new DataView(made.buffer);
    [0x46546c67, 2, made.length, padded, 0x4e4f534a].forEach((word, index) => head.setUint32(4 * index, word, true));
    made.set(text, 20);
    made.set(rest, 20 + padded);
    return made;
  }

  // A model as an address within this page: no file is asked for, so it also works from a folder.
  function url(unit, state) {
    const key = unit + state;
    if (!urls[key]) {
      const bytes = Uint8Array.from(atob(models[unit].glb), (letter) => letter.charCodeAt(0));
      const file = state === "apart" ? takenApart(bytes, models[unit].ways_m) : bytes;
      urls[key] = URL.createObjectURL(new Blob([file], { type: "model/gltf-binary" }));
    }
    return urls[key];
  }

  function press(group, chosen) {
    for (const id of group) element(id).setAttribute("aria-pressed", String(id === chosen));
  }

  function list(word) {
    const items = models[shown.unit].parts.map((part) => {
      const item = document.createElement("li");
      const swatch = document.createElement("span");
      swatch.className = "swatch";
      swatch.setAttribute("aria-hidden", "true");
      swatch.style.backgroundColor = part.colour;
      const printed = part.printed ? `, ${word.printed}` : "";
      item.append(swatch, `${part.count} × ${part[shown.language]}${printed}`);
      return item;
    });
    element("parts").replaceChildren(...items);
  }

  function show() {
    const word = words[shown.language];
    document.documentElement.lang = shown.language;
    document.title = word.title;
    for (const place of document.querySelectorAll("[data-word]")) place.textContent = word[place.dataset.word];
    for (const place of document.querySelectorAll("[data-label]")) {
      place.setAttribute("aria-label", word[place.dataset.label]);
    }
    press(["en", "ru"], shown.language);
    press(["chest", "pod"], shown.unit);
    press(["closed", "apart"], shown.state);
    const [wide, deep, high] = models[shown.unit][shown.state].size_mm.map((length) => Math.round(length));
    element("size").textContent =
      `${word.width} ${wide} ${word.mm}, ${word.depth} ${deep} ${word.mm}, ${word.height} ${high} ${word.mm}`;
    list(word);
    viewer.alt = word.alt[shown.unit][shown.state];
    const wanted = url(shown.unit, shown.state);
    if (viewer.src !== wanted) {
      say(word.loading);
      viewer.dataset.shown = "";
      viewer.src = wanted;
    } else if (viewer.loaded) {
      say(viewer.alt);
    }
  }

  function turn(sideways, upward, closeness) {
    const orbit = viewer.getCameraOrbit();
    const radius = orbit.radius * closeness;
    viewer.cameraOrbit = `${orbit.theta + sideways}rad ${orbit.phi + upward}rad ${radius}m`;
  }

  function choose(id, change) {
    element(id).addEventListener("click", () => { change(); show(); });
  }

  for (const language of ["en", "ru"]) choose(language, () => { shown.language = language; });
  for (const unit of ["chest", "pod"]) choose(unit, () => { shown.unit = unit; });
  for (const state of ["closed", "apart"]) choose(state, () => { shown.state = state; });
  const turns = {
    left: [-STEP_RAD, 0, 1], right: [STEP_RAD, 0, 1], up: [0, -STEP_RAD, 1], down: [0, STEP_RAD, 1],
    nearer: [0, 0, 0.8], farther: [0, 0, 1.25],
  };
  for (const [id, change] of Object.entries(turns)) element(id).addEventListener("click", () => turn(...change));
  element("front").addEventListener("click", () => { viewer.cameraOrbit = FRONT; });
  element("back").addEventListener("click", () => { viewer.cameraOrbit = BACK; });

  viewer.addEventListener("load", () => {
    viewer.dataset.shown = `${shown.unit}-${shown.state}`;
    say(viewer.alt);
  });
  viewer.addEventListener("error", () => say(words[shown.language].failed));
  viewer.cameraOrbit = FRONT;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) viewer.interpolationDecay = 0;
  show();
})();
