// The page's words in its language, as the server put them into the page.
export const language = document.documentElement.lang;
export const words = JSON.parse(document.getElementById("page-words").textContent);

export const filled = (text, fields) => text.replace(/\{(\w+)\}/g, (_, name) => fields[name]);

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role" || key === "lang") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}
