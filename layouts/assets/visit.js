// The tools of a page: kind of plan, dates with calendar file, letters, worksheet. Loaded when a visitor touches one.
// Nothing is sent; only the box "keep" stores anything, and on this device alone.
// The first part computes dates and touches no page; appealsite/plan/deadlines.py computes the same, and a test holds the
// two together. Days are whole numbers: days since 1970-01-01.

// ---------------------------------------------------------------- dates

const MILLISECONDS = 86400000;
export const dayOf = (iso) => (iso ? Date.parse(`${iso}T00:00:00Z`) / MILLISECONDS : null);
export const isoOf = (day) => (day === null ? null : new Date(day * MILLISECONDS).toISOString().slice(0, 10));
const dayAt = (year, month, date) => Date.UTC(year, month, date) / MILLISECONDS;
const weekday = (day) => (((day + 3) % 7) + 7) % 7; // Monday is 0

const daysOf = ([number, unit]) => (unit === "hour" ? Math.ceil(number / 24) : unit === "week" ? number * 7 : number);

const kept = new Map(); // the federal holidays of a year
function holidays(year, rules) {
  if (kept.has(year)) return kept.get(year);
  const found = new Set();
  for (const of of [year, year + 1]) {
    for (const [month, second, which] of rules) {
      let day;
      if (which === undefined) day = dayAt(of, month - 1, second);
      else if (which > 0) {
        const first = dayAt(of, month - 1, 1);
        day = first + ((second - weekday(first) + 7) % 7) + 7 * (which - 1);
      } else {
        const last = dayAt(of, month, 0);
        day = last - ((weekday(last) - second + 7) % 7);
      }
      day += { 5: -1, 6: 1 }[weekday(day)] ?? 0;
      if (new Date(day * MILLISECONDS).getUTCFullYear() === year) found.add(day);
    }
  }
  kept.set(year, found);
  return found;
}

function workingDay(day, step, rules) {
  while (weekday(day) > 4 || holidays(new Date(day * MILLISECONDS).getUTCFullYear(), rules).has(day)) day += step;
  return day;
}

function add(start, period, rules, missing = "day-before") {
  const [number, unit] = period;
  if (unit === "business day") {
    let day = start;
    for (let n = 0; n < number; n++) day = workingDay(day + 1, 1, rules);
    return day;
  }
  if (unit === "month" || unit === "year") {
    const from = new Date(start * MILLISECONDS);
    const months = from.getUTCMonth() + number * (unit === "year" ? 12 : 1);
    const day = dayAt(from.getUTCFullYear(), months, 1) + from.getUTCDate() - 1;
    const after = dayAt(from.getUTCFullYear(), months + 1, 1);
    return day < after ? day : missing === "day-after" ? after : after - 1;
  }
  return start + daysOf(period);
}

function windowOf(given, rules, period, counts, presumed, missing, roll) {
  if (!period || (counts === "notice-date" && given.letter === null)) return null;
  const known = [given.letter, given.received].filter((day) => day !== null);
  if (!known.length) return null;
  let [start] = known;
  if (counts === "receipt") start = given.received ?? (presumed ? add(start, presumed, rules) : start);
  let last = add(start, period, rules, missing);
  if (roll) last = workingDay(last, 1, rules);
  return [Math.min(workingDay(add(Math.min(...known), period, rules), -1, rules), last), last];
}

/** What follows for a kind of plan of rules.json; `given` holds days and flags as Case does in Python. */
export function datesOf(plan, given, rules) {
  const { file, decision, outside } = plan;
  const first = !given.final;
  const early = decision.extension_asked_before;
  const situations = given.urgent ? ["urgent"] : ["before_care", "after_care", "part_b_drug"];
  if (given.urgent && given.ongoing) situations.push("extension");
  return {
    file: first ? windowOf(given, rules, file.within, file.from, file.presumed) : null,
    file_urgent: first && given.urgent ? windowOf(given, rules, file.urgent, "receipt") : null,
    keep: given.ongoing ? windowOf(given, rules, file.keep, "notice-date") : null,
    extend: given.ongoing && given.ends !== null && early ? given.ends - daysOf(early) : null,
    answers: first
      ? situations
          .filter((name) => decision[name])
          .map((name) => [name, given.filed === null ? null : add(given.filed, decision[name], rules)])
      : [],
    outside:
      outside && given.final
        ? windowOf(given, rules, outside.within, outside.from, file.presumed, outside.missing, outside.roll)
        : null,
  };
}

// ---------------------------------------------------------------- the calendar file (RFC 5545)

/** Events are [iso day, title, text]; each gets reminders two weeks, three days and one day before. */
export function calendar(events, stamp) {
  const escaped = (text) => text.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Appeal dates//EN", "CALSCALE:GREGORIAN"];
  events.forEach(([day, title, text], number) => {
    const next = isoOf(dayOf(day) + 1);
    lines.push(
      "BEGIN:VEVENT",
      `UID:${stamp}-${number}-${day}@${globalThis.location?.host ?? "localhost"}`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${day.replaceAll("-", "")}`,
      `DTEND;VALUE=DATE:${next.replaceAll("-", "")}`,
      `SUMMARY:${escaped(title)}`,
      `DESCRIPTION:${escaped(text)}`,
      "TRANSP:TRANSPARENT",
    );
    for (const before of ["P14D", "P3D", "P1D"]) {
      lines.push("BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${escaped(title)}`, `TRIGGER:-${before}`, "END:VALARM");
    }
    lines.push("END:VEVENT");
  });
  lines.push("END:VCALENDAR");
  return lines.map(folded).join("\r\n") + "\r\n";
}

/** A line in pieces of at most 75 bytes, none of which cuts a character in two. */
function folded(line) {
  const pieces = [];
  let piece = "";
  let size = 0;
  for (const character of line) {
    const more = new TextEncoder().encode(character).length;
    if (size + more > 75) {
      pieces.push(piece);
      piece = " ";
      size = 1;
    }
    piece += character;
    size += more;
  }
  return [...pieces, piece].join("\r\n");
}

// ---------------------------------------------------------------- on the page

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);
const made = (name, text = "", attributes = {}) => {
  const element = Object.assign(document.createElement(name), attributes);
  element.textContent = text;
  return element;
};
const shown = (day) =>
  new Date(day * MILLISECONDS).toLocaleDateString("en-US", {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
const inWords = ([number, unit]) => `${number} ${unit}${number === 1 ? "" : "s"}`;
const FROM = { receipt: "from the day you receive the letter", "notice-date": "from the date on the letter" };
const SITUATIONS = {
  urgent: "an urgent appeal",
  before_care: "care you have not had yet",
  after_care: "care you already had",
  part_b_drug: "a Medicare Part B drug",
  extension: "an urgent request to go on with approved care",
};

let rules;
let loading;
const load = () => (loading ??= fetch(document.documentElement.dataset.rules).then((answer) => answer.json()));
let restored = false;
let events = [];

const today = () => {
  const now = new Date(); // the day where the visitor is
  return dayAt(now.getFullYear(), now.getMonth(), now.getDate());
};
const newest = () => Math.floor(Date.now() / MILLISECONDS + 14 / 24); // where each day begins first; no letter is dated later

/** Called for each touch of a tool: `type` is focusin, input, click, or now for what a browser restored. */
export async function on(type, target) {
  if (!restored) restore();
  const button = type === "click" && target.closest("[data-do]");
  if (button) return actions[button.dataset.do]?.(button);
  if (target.isContentEditable) return type === "click" ? chooseBlank() : markBlanks();
  if (target.name === "letter" && type === "input") all("[name=letter]").forEach((field) => (field.value = target.value));
  if (target.dataset?.cell) grow(target);
  if (target.name === "gather" || target.dataset?.cell || target.dataset?.do === "keep") return keep();
  try {
    rules ??= await load();
  } catch {
    loading = undefined; // the next touch tries again
    return all("[data-safe]").forEach((place) => (place.textContent = "The rules could not be loaded. Count by the table below."));
  }
  if (type === "input" || type === "now") show();
}

function given() {
  const field = (name) => one(`#plan-type [name=${name}]`) ?? one(`[name=${name}]`);
  const day = (name) => {
    const found = dayOf(field(name)?.value);
    return found !== null && found > dayOf("1999-12-31") && found < dayOf("2200-01-01") ? found : null;
  };
  const flag = (name) => Boolean(field(name)?.checked);
  return {
    letter: day("letter"),
    received: day("received"),
    ends: day("ends"),
    filed: day("filed"),
    final: flag("final"),
    urgent: flag("urgent"),
    ongoing: flag("ongoing"),
  };
}

const HAPPENED = { letter: "The date on your letter", received: "The day you got the letter" };

/** What to say of days that lie ahead and cannot; their fields are marked. */
function daysAhead() {
  return Object.entries(HAPPENED).flatMap(([name, what]) => {
    const fields = all(`[name=${name}]`);
    const ahead = fields.some((field) => field.value && !(dayOf(field.value) <= newest())); // nor a year of five digits
    fields.forEach((field) => field.setAttribute("aria-invalid", ahead));
    return ahead ? [`${what} is in the future. Check the year.`] : [];
  });
}

function show() {
  const chosen = one("[name=plan]:checked")?.value;
  const slugs = all("[name=plan]").map((field) => field.value).filter(Boolean);
  for (const row of all("[data-plan]")) row.hidden = Boolean(chosen) && row.dataset.plan !== chosen;
  const known = given();
  const result = one(".result");
  const safe = all("[data-safe]");
  result?.replaceChildren();
  safe.forEach((place) => place.replaceChildren());
  events = [];
  const ahead = daysAhead();
  if (ahead.length) return safe.forEach((place) => place.append(ahead.join(" ")));
  if (known.letter === null && known.received === null) {
    if (chosen) safe.forEach((place) => place.append("Enter the date on your letter to see your dates."));
    return;
  }
  if (known.letter !== null && known.received !== null && known.received < known.letter) {
    result?.append(made("p", "The day you got the letter lies before its date. We count from the earlier day. Please check both."));
  }
  const list = made("dl");
  if (chosen) describe(list, rules.plans[chosen], known, safe);
  else earliest(list, slugs, known, safe);
  result?.append(list);
  const letters = chosen && one(`[data-plan="${chosen}"] th a`);
  if (letters) result?.append(made("p", "Next: "));
  if (letters) result.lastChild.append(letters.cloneNode(true));
  if (events.length) {
    const save = made("button", "Save these dates to your calendar", { type: "button" });
    save.dataset.do = "calendar";
    result?.append(save);
  }
}

/** One figure with its day, rule and sources. */
function figure(list, label, day, text, sources, title = label) {
  const place = made("dd");
  if (day !== null) {
    place.append(made("strong", shown(day), { className: "deadline" }), ". ");
    events.push([isoOf(day), title, text]);
    if (day < today()) {
      place.append(made("strong", "This day has passed. "), "Send your request today, say why it is late, and ask if there is more time. ");
    }
  }
  place.append(text);
  for (const [at, slug] of (sources ?? []).entries()) {
    const [name, url] = rules.sources[slug];
    place.append(at ? ", " : " ", made("a", name.split(",")[0], { href: url, className: "cite" }));
  }
  list.append(made("dt", label), place);
}

function describe(list, plan, known, safe) {
  const found = datesOf(plan, known, rules.holidays);
  const { file, decision, outside } = plan;
  actBy(safeDays(found, "file", "file_urgent", "keep", "extend", "outside"), safe, beforeDates([plan], known, safe));
  if (found.file) {
    const [early, last] = found.file;
    const rule = `${inWords(file.within)} ${FROM[file.from]}.`;
    figure(list, "Safe day: your appeal is with the plan by", early, "Counted from the earliest date you gave, on a working day.", [], "Safe day for your appeal");
    const presumed = file.presumed ? ` The law takes it as received ${inWords(file.presumed)} after its date.` : "";
    figure(list, "Last day by the rule", last, `${rule}${presumed} ${file.note ?? ""}`, file.sources, "Last day for your appeal");
  } else if (!known.final) {
    const why = file.within ? "This rule counts from the date on the letter, so we need that date." : file.note;
    figure(list, "Time to appeal", null, why, file.sources);
  }
  if (found.file_urgent) {
    figure(list, "Ask for a fast review by", found.file_urgent[0], `${inWords(file.urgent)} from the day you get the notice. ${plan.urgent?.text ?? ""}`, plan.urgent?.sources ?? file.sources);
  }
  if (found.keep) {
    figure(list, "Ask to keep approved care by", found.keep[0], `${inWords(file.keep)} from the day the plan sent ${known.final ? "its decision. Ask for the hearing as well." : "the notice, or before the cut starts if that is later."}`, plan.ongoing?.sources);
  }
  if (found.extend !== null) {
    figure(list, "Ask for more approved care, if urgent, before", found.extend, `${inWords(decision.extension_asked_before)} before the approved care ends.`, decision.sources);
  }
  if (known.ongoing && plan.ongoing) figure(list, "Care under way", null, plan.ongoing.text, plan.ongoing.sources);
  for (const [situation, day] of found.answers) {
    const text = `${inWords(decision[situation])} at most, once ${decision.by} has your request.`;
    figure(list, `Answer for ${SITUATIONS[situation]}, by ${decision.by}`, day, text, decision.sources);
  }
  if (known.urgent && !decision.urgent) {
    const said = file.urgent || known.final ? null : plan.urgent;
    figure(list, "Urgent answer", null, said?.text ?? "We know of no set time for an urgent answer in this kind of plan. Ask for one.", said?.sources ?? decision.sources);
  }
  if (known.final && plan.levels > 1) {
    figure(list, "A second appeal inside the plan", null, "First see if the letter asks for one. Its time stands in the letter and may be shorter than the one below.", decision.sources);
  }
  if (!outside) figure(list, "Outside review", null, "We know of none for this kind of plan. Ask the plan.", []);
  else if (outside.automatic) figure(list, "Outside review", null, `The plan must send your case on by itself. ${outside.scope}`, outside.sources);
  else if (!outside.within) figure(list, "Outside review", null, `Your letter says how long you have. ${outside.scope}`, outside.sources);
  else if (found.outside && outside.note) {
    figure(list, `Safe day to ask for ${outside.name}`, found.outside[0], `Counted for the shortest time. You have ${outside.note} ${outside.scope}`, outside.sources);
  } else if (found.outside) {
    figure(list, `Safe day to ask for ${outside.name}`, found.outside[0], "Counted from the earliest date you gave, on a working day.", []);
    const roll = outside.roll ? " A last day on a weekend or federal holiday moves to the next working day." : "";
    figure(list, `Last day to ask for ${outside.name}`, found.outside[1], `${inWords(outside.within)} from ${outside.event}.${roll} ${outside.scope}`, outside.sources);
  } else figure(list, `If the answer is no: ${outside.name}`, null, `${outside.note ?? `${inWords(outside.within)} from ${outside.event}.`} ${outside.scope}`, outside.sources);
}

/** The safe days of these windows, as far as there are any; where one must ask before a day, the day before it. */
const safeDays = (dates, ...keys) =>
  keys.flatMap((key) => {
    if (key === "extend") return dates.extend === null ? [] : [dates.extend - 1];
    return dates[key]?.slice(0, 1) ?? [];
  });

/** Whether care that ends has a route of its own in this kind of plan, whose time no rule here counts. */
const endsAtOnce = (plan) => Boolean(plan.ongoing) && !plan.file.keep && !plan.decision.extension_asked_before;

/** Says what may be due before any day that these plans' rules count; returns the words that then lead to that day. */
function beforeDates(plans, known, safe) {
  const ending = known.ongoing && plans.some(endsAtOnce);
  const call = "Is a Medicare plan ending your hospital, nursing home or home care? Call the number on your notice today.";
  if (ending) safe.forEach((place) => place.append(made("strong", call), " You may have a day or less. "));
  const soon = known.urgent && !plans.some((plan) => plan.file.urgent); // where the law sets a day for asking, that day is shown
  if (soon) safe.forEach((place) => place.append(made("strong", "Since waiting could harm you, call the number on your letter or card today and ask for a fast answer."), " "));
  if (known.final && plans.some((plan) => plan.levels > 1)) {
    return "First see if your letter asks for a second appeal to the plan. If it does, its day comes first. For outside review: ";
  }
  if (ending) return "For any other appeal: ";
  return soon ? "At the latest: " : "";
}

/** Says beside each field of a date the next of these safe days; a day that has passed does not hide those to come. */
function actBy(days, safe, lead) {
  if (!days.length) return;
  const sorted = [...days].sort((a, b) => a - b);
  const next = sorted.find((day) => day >= today());
  const words =
    next === undefined ? "The safe day has passed, so act today. It was " : next > sorted[0] ? "One day has passed, so act today. The next is " : "Act by ";
  const said = lead + (lead ? words[0].toLowerCase() + words.slice(1) : words);
  safe.forEach((place) => place.append(said, made("strong", shown(next ?? sorted.at(-1)), { className: "deadline" })));
}

/** For readers who do not know their plan: the earliest of the safe days of each kind, and whom to call. */
function earliest(list, slugs, known, safe) {
  const found = slugs.map((slug) => datesOf(rules.plans[slug], known, rules.holidays));
  const days = (...keys) => found.flatMap((dates) => safeDays(dates, ...keys));
  const appeal = days("file", "outside");
  const lead = beforeDates(slugs.map((slug) => rules.plans[slug]), known, safe);
  actBy([...appeal, ...days("file_urgent", "keep", "extend")], safe, lead);
  if (appeal.length) {
    const day = Math.min(...appeal);
    figure(list, "Earliest safe day", day, "No plan in the list with a set time gives you less. A public plan, such as Medicare, Medicaid, CHIP or TRICARE, may.", [], "Earliest safe day for your appeal");
  } else safe.forEach((place) => place.append(" Choose your kind of plan below."));
  for (const [key, label, text] of [
    ["keep", "If the plan cuts care: ask to keep it by", "This is the shortest time of a kind of plan in the list."],
    ["extend", "To go on with approved care, if urgent: ask by", "This is the shortest time of a kind of plan in the list."],
    ["file_urgent", "If you need a fast review: ask by", "This is the shortest time of a kind of plan in the list, for care you have not had yet or a stay that goes on."],
  ]) {
    const short = days(key);
    if (short.length) figure(list, label, Math.min(...short), text, []);
  }
  figure(list, "Whom to call", null, "Call the number on your card. Ask which kind of plan it is, and by which day you must appeal.", []);
}

// ---------------------------------------------------------------- buttons

const letterOf = (part) => all("blockquote", part.closest("section"));
const say = (button, text) => (one("[role=status]", button.closest("section")).textContent = text);

/** What stands in a letter: blocks are paragraphs, items of lists begin with a dash, and lines break where somebody broke them. */
function textOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ");
  if (node.nodeName === "BR") return "\n";
  const inner = [...node.childNodes].map(textOf).join("");
  if (node.nodeName === "LI") return `\n- ${inner.trim()}`;
  return getComputedStyle(node).display === "block" ? `\n\n${inner}\n\n` : inner;
}

/** Letters as plain text. */
const plain = (letters) =>
  letters
    .map(textOf)
    .join("")
    .replace(/ *\n */g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();

const actions = {
  async copy(button) {
    const letter = letterOf(button);
    try {
      await navigator.clipboard.writeText(plain(letter));
      say(button, "Copied. Paste it into a message or a document.");
    } catch {
      getSelection().removeAllRanges();
      for (const quote of letter) {
        const range = document.createRange();
        range.selectNodeContents(quote);
        getSelection().addRange(range);
      }
      say(button, "The letter is selected. Copy it with your device.");
    }
  },
  edit(button) {
    letterOf(button).forEach((quote) => {
      quote.contentEditable = "true";
      quote.setAttribute("role", "textbox");
      quote.setAttribute("aria-multiline", "true");
      quote.setAttribute("aria-label", "Letter");
    });
    const [blank] = blanksOf(letterOf(button));
    letterOf(button).find((quote) => !blank || quote.contains(blank.startContainer)).focus();
    if (blank) choose(blank);
    markBlanks();
    const how = blank ? "Write over the words in brackets. Press the button again for the next." : "You can write in the letter now.";
    say(button, `${how} It stays on this page.`);
  },
  print: () => print(),
  worksheet(button) {
    openWorksheet();
    const first = one("main textarea");
    first?.focus();
    say(button, first ? "You can write in the worksheet now." : "This page has no worksheet.");
  },
  keep(box) {
    if (box.checked) return keep();
    try {
      localStorage.removeItem(location.pathname);
    } catch {} // then nothing was kept
  },
  calendar() {
    const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const file = new Blob([calendar(events, stamp)], { type: "text/calendar" });
    const link = made("a", "", { href: URL.createObjectURL(file), download: "appeal-dates.ics" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },
};

/** The places of letters where brackets ask for something. */
function blanksOf(letters) {
  const found = [];
  for (const letter of letters) {
    const texts = document.createTreeWalker(letter, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const { 0: words, index } of texts.currentNode.data.matchAll(/\[[^\]]+\]/g)) {
        const blank = document.createRange();
        blank.setStart(texts.currentNode, index);
        blank.setEnd(texts.currentNode, index + words.length);
        found.push(blank);
      }
    }
  }
  return found;
}

const written = () => blanksOf(all("[contenteditable=true]"));

/** Colours the blanks that are left, without an element that would get into what is written; on paper they have a line. */
function markBlanks() {
  if (!globalThis.Highlight) return;
  if (!CSS.highlights.has("blank")) {
    const style = new CSSStyleSheet(); // not in layouts/style, as checkers of HTML do not know it yet
    style.replaceSync(
      "@media screen { ::highlight(blank) { background-color: var(--mark) } } @media print { ::highlight(blank) { text-decoration: underline } }",
    );
    document.adoptedStyleSheets.push(style);
  }
  CSS.highlights.set("blank", new Highlight(...written()));
}

/** Selects a blank, so that what is typed takes its place. */
function choose(blank) {
  getSelection().removeAllRanges();
  getSelection().addRange(blank);
  blank.startContainer.parentElement.scrollIntoView({ block: "nearest" });
}

/** Selects the blank that was tapped. */
function chooseBlank() {
  const { isCollapsed, anchorNode, anchorOffset } = getSelection();
  const blank = isCollapsed && written().find((one) => one.isPointInRange(anchorNode, anchorOffset));
  if (blank) choose(blank);
}

/** Puts a field into each empty cell of the page's tables. */
function openWorksheet() {
  all("main td:empty").forEach((cell) => {
    const field = made("textarea");
    const head = one(`thead th:nth-child(${cell.cellIndex + 1})`, cell.closest("table"));
    field.setAttribute("aria-label", `${head?.textContent ?? ""}: ${cell.parentElement.cells[0].textContent}`);
    field.dataset.cell = String(all("main textarea").length);
    cell.append(field);
    cell.closest("table").dataset.app = "visit";
  });
}

/** A field as high as its text, so that nothing is cut off on paper. */
function grow(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 4}px`;
}

/** Store ticks and worksheet under this page's address, if the visitor has asked for it. */
function keep() {
  const box = one("[data-do=keep]");
  if (!box?.checked) return;
  const cells = Object.fromEntries(all("textarea[data-cell]").map((field) => [field.dataset.cell, field.value]));
  const ticks = all("[name=gather]").map((box) => box.checked);
  try {
    localStorage.setItem(location.pathname, JSON.stringify({ cells, ticks }));
  } catch {
    box.checked = false;
    say(box, "This browser does not let the page keep anything.");
  }
}

/** Shows what was kept on an earlier visit; done before anything else, so that nothing kept is written over. */
function restore() {
  restored = true;
  let stored = null;
  try {
    stored = JSON.parse(localStorage.getItem(location.pathname));
  } catch {} // nothing can be kept here, or something else wrote it
  const box = one("[data-do=keep]");
  if (!stored?.cells || !box) return;
  if (Object.keys(stored.cells).length) openWorksheet();
  all("textarea[data-cell]").forEach((field) => {
    field.value ||= stored.cells[field.dataset.cell] ?? "";
    grow(field);
  });
  all("[name=gather]").forEach((tick, at) => (tick.checked ||= Boolean(stored.ticks[at])));
  box.checked = true;
}
