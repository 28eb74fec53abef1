// Finding a page: the home page's finder, the words on a letter, and pages near an address that does not exist.
// Reads /finder.json, which names the axes and says which combinations have a page; nothing is sent.

let data;
let loading;
const load = () => (loading ??= fetch("/finder.json").then((answer) => answer.json()));
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[^a-z0-9]+/g, " ").trim();

/** Whether every word of `typed` begins a word of `text`, and every number in it is one. */
const matches = (text, typed) => {
  const words = plain(text).split(" ");
  const fits = (part, word) => (/^\d/.test(part) ? word === part : word.startsWith(part));
  return plain(typed).split(" ").every((part) => words.some((word) => fits(part, word)));
};

/** What is typed without the letters before a code that say who pays, such as CO in CO-50. */
const bare = (typed) => typed.replace(/\b(?:co|cr|oa|pi|pr)[\s-]*(?=[a-z]?\d)/gi, "");

/** The reasons of a payer and a service that have a page, as a bitmap. */
const reasonsOf = (payer, service) => BigInt(`0x${data.sets[data.rows[data.payer_rows[payer]][service]]}`);

/** Whether a page exists with these choices; null leaves an axis open. */
function exists(payer, service, reason) {
  const payers = payer === null ? data.axes[0].keys() : [payer];
  for (const p of payers) {
    const services = service === null ? data.axes[1].keys() : [service];
    for (const s of services) {
      const set = reasonsOf(p, s);
      if (reason === null ? set : (set >> BigInt(reason)) & 1n) return true;
    }
  }
  return false;
}

const urlOf = (choice) =>
  ["payer", "service", "reason"].reduce((url, axis, at) => url.replace(`{${axis}}`, data.axes[at][choice[at]][0]), data.url);

/** Called for each touch: `type` is focusin, input, click, or now. */
export async function on(type, target) {
  if ("words" in (target.dataset ?? {})) return words(target);
  try {
    data ??= await load();
  } catch {
    loading = undefined; // the next touch tries again
    one("[role=status]", target.closest("[data-app]")).textContent = "The list could not be loaded. Use the lists of pages below.";
    return;
  }
  if (type === "now" && target.dataset.now === "near") near(target);
  else if (target.closest(".finder") && type !== "click") find(target.closest(".finder"), target, type);
}

const choice = [null, null, null];

/** Lists what can still be chosen on each axis; a choice narrows the others, and all three lead to the page. */
function find(finder, target, type) {
  if (target.type === "radio") {
    if (type !== "input") return;
    choice[Number(target.name.slice(4))] = target.value === "" ? null : Number(target.value);
  } else if (type === "focusin" && one(".choices label", finder)) return;
  let none = false;
  all("[data-axis]", finder).forEach((field, axis) => {
    const place = one(".choices", field.closest("fieldset"));
    const open = [...choice];
    const offered = [...data.axes[axis].keys()].filter((at) => {
      const [, name, others] = data.axes[axis][at];
      open[axis] = at;
      return (choice[axis] === at || !field.value || matches(`${name} ${others}`, field.value)) && exists(...open);
    });
    const focused = place.contains(document.activeElement) ? document.activeElement.value : null;
    place.replaceChildren(...offered.map((at) => option(axis, at)));
    if (choice[axis] !== null) place.append(option(axis, null));
    if (!offered.length) place.append("No page has this name. Try fewer letters.", ...wayOn(finder));
    none ||= !offered.length;
    if (focused !== null) (one(`[value="${focused}"]`, place) ?? one("input", place) ?? field).focus();
  });
  const found = one("[data-found]", finder);
  if (choice.includes(null)) {
    const left = ["a health plan", "a treatment", "a reason"].filter((_, axis) => choice[axis] === null);
    found.textContent = `${none ? "No page has this name. " : ""}Choose ${left.join(", ")}.`;
  } else {
    const link = document.createElement("a");
    link.href = urlOf(choice);
    link.className = "button";
    link.textContent = `Open the page: ${choice.map((at, axis) => data.axes[axis][at][1]).join(", ")}`;
    found.replaceChildren(link);
  }
}

/** What leads on where no page has a name; the page holds it once. */
const wayOn = (finder) => all("[data-none] > *", finder).map((part) => part.cloneNode(true));

function option(axis, at) {
  const label = document.createElement("label");
  const box = Object.assign(document.createElement("input"), { type: "radio", name: `axis${axis}`, value: at ?? "" });
  box.checked = at !== null && choice[axis] === at;
  label.append(box, at === null ? "Any" : data.axes[axis][at][1]);
  return label;
}

/** Shows the reasons whose words or codes hold what is typed. */
function words(field) {
  let count = 0;
  for (const part of all("[data-phrases]")) {
    part.hidden = Boolean(field.value.trim()) && !matches(part.textContent, bare(field.value));
    count += !part.hidden;
  }
  const none = "No reason here has these words. Ask the plan in writing which rule it used, and keep your day to appeal.";
  one("[data-found]").textContent = count === 1 ? "1 reason fits." : count ? `${count} reasons fit.` : none;
}

/** How many letters differ between two words; two that changed places count once. */
function distance(left, right) {
  let before = [];
  let row = [...Array(right.length + 1).keys()];
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (left[i - 1] === right[j - 1] ? 0 : 1));
      if (left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[right.length];
}

/** The entries of each axis whose slug is like a part of the address: the part in its place, where there are as many. */
function like(parts) {
  const pattern = data.url.split("/").filter(Boolean);
  return ["{payer}", "{service}", "{reason}"].map((name, axis) => {
    const looked = parts.length === pattern.length ? [parts[pattern.indexOf(name)]] : parts;
    const scored = [...data.axes[axis].keys()].map((at) => {
      const slug = data.axes[axis][at][0];
      const scores = looked.map((part) => (part.includes(slug) ? 0 : distance(slug, part) / Math.max(slug.length, part.length)));
      return [Math.min(1, ...scores), at];
    });
    return scored.filter(([score]) => score < 0.45).sort((a, b) => a[0] - b[0]).slice(0, 3).map(([, at]) => at);
  });
}

/** At most six pages with these entries; an axis without any is left open. */
function pages(found) {
  const open = found.map((entries, axis) => (entries.length ? entries : [...data.axes[axis].keys()]));
  const links = [];
  for (const p of open[0]) for (const s of open[1]) for (const r of open[2]) if (links.length < 6 && exists(p, s, r)) links.push([p, s, r]);
  return links;
}

/** An address without escapes, as far as they can be read. */
function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Lists pages whose address is like the one that was asked for; where none has all of it, pages with a part of it. */
function near(place) {
  const found = like(decoded(location.pathname).toLowerCase().split("/").filter(Boolean));
  const [p, s, r] = found;
  const tried = [found, [p, s, []], [[], s, r], [p, [], r], [[], s, []], [p, [], []], [[], [], r]];
  const links = tried.filter((one) => one.some((entries) => entries.length)).map(pages).find((some) => some.length) ?? [];
  const said = one("[role=status]", place);
  said.textContent = links.length ? "These addresses are near the one you asked for:" : "No page has an address like the one you asked for.";
  if (!links.length) return;
  const list = document.createElement("ul");
  for (const found of links) {
    const link = Object.assign(document.createElement("a"), { href: urlOf(found) });
    link.textContent = found.map((at, axis) => data.axes[axis][at][1]).join(", ");
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  place.append(list);
}
