// The bar at the foot of a previewed page: its blocks with file and line, its findings, its search result.
"use strict";
(async () => {
  const answer = await fetch(`/_preview/bar.json?url=${encodeURIComponent(location.pathname)}`);
  const told = await answer.json();
  const page = told.page;

  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children.filter((child) => child !== null && child !== ""));
    return made;
  };

  // Search engines cut a title at 600 pixels and a description at two lines of 600, in the type they set it in.
  const cut = (text, font, width) => {
    const context = document.createElement("canvas").getContext("2d");
    context.font = font;
    if (context.measureText(text).width <= width) return text;
    const words = text.split(" ");
    while (words.length && context.measureText(`${words.join(" ")} ...`).width > width) words.pop();
    return `${words.join(" ")} ...`;
  };

  const searchResult = () => {
    const title = cut(page.title, "20px Arial", 600);
    const description = cut(page.description, "14px Arial", 1200);
    const crumbs = page.address.replace(/\/$/, "").split("/").slice(2).join(" › ");
    const cuts = [];
    if (title !== page.title) cuts.push("the title is cut");
    if (description !== page.description) cuts.push("the description is cut");
    if (!page.indexed) cuts.push("search engines are asked to leave this page out");
    return element("section", { class: "search" },
      element("h2", {}, "As a search lists it"),
      element("div", { class: "result" },
        element("p", { class: "address" }, crumbs),
        element("p", { class: "title" }, title),
        element("p", { class: "description" }, description)),
      cuts.length ? element("p", { class: "note" }, `${cuts.join("; ")}.`) : null);
  };

  const place = (path, line) => element("code", {}, line ? `${path}:${line}` : path);

  const block = (one) => {
    const row = element("li", {}, element("strong", {}, one.name), " ",
      one.path ? place(one.path, one.line) : place(`layouts/${one.layout}`, 0));
    row.append(element("span", { class: "why" }, one.why + (one.words ? `; ${one.words} words` : "")));
    if (one.beaten.length) {
      const lost = element("ul", {}, ...one.beaten.map((file) => element("li", {}, place(file.path, 0), `: ${file.why}`)));
      row.append(element("details", {}, element("summary", {}, `won over ${one.beaten.length}`), lost));
    }
    return row;
  };

  const list = (items, make, none) =>
    items.length ? element("ul", {}, ...items.map(make)) : element("p", { class: "none" }, none);

  const finding = (one) =>
    element("li", { class: one.severity || "error" }, element("code", {}, one.place), ` ${one.message}`,
      one.code ? element("span", { class: "code" }, ` ${one.code}`) : "", one.hint ? element("span", { class: "why" }, one.hint) : "");

  const host = element("div", { id: "preview-bar" });
  const shadow = host.attachShadow({ mode: "open" });
  shadow.append(element("link", { rel: "stylesheet", href: "/_preview/static/bar.css" }));
  const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const summary = element("summary", {}, element("b", {}, "Preview"));
  if (page) {
    if (page.draft) summary.append(element("span", { class: "draft" }, "draft"));
    summary.append(element("span", {}, count(page.blocks.filter((one) => one.shown).length, "block")));
    const findings = page.findings ?? [];
    summary.append(element("span", { class: findings.length ? "bad" : "" },
      told.checked ? count(findings.length, "finding") : "not checked yet"));
  } else {
    summary.append(element("span", {}, "no page of the site"));
  }
  if (told.elsewhere.length) {
    summary.append(element("span", { class: "bad" }, `${count(told.elsewhere.length, "mistake")} in other files`));
  }
  const body = element("div", { class: "body" });
  const map = element("a", { href: "/_preview/", class: "map" }, "Coverage map");
  if (page) {
    body.append(
      searchResult(),
      element("section", {}, element("h2", {}, "Blocks"),
        element("p", { class: "why" }, "This page stands in "), element("ol", {}, ...page.blocks.filter((one) => one.shown).map(block))),
      element("section", {}, element("h2", {}, "Findings"),
        list(page.findings ?? [], finding, told.checked ? "None as of the last check." : "Run python build.py check to see them here.")));
    body.querySelector("section:nth-of-type(2) > p").append(place(page.origin, 0), ".");
  }
  if (told.elsewhere.length) {
    body.append(element("section", {}, element("h2", {}, "Mistakes in files that this page does not show"), list(told.elsewhere, finding, "")));
  }
  const details = element("details", { class: "bar" }, summary, body);
  details.open = sessionStorage.getItem("preview-bar") === "open";
  details.addEventListener("toggle", () => sessionStorage.setItem("preview-bar", details.open ? "open" : ""));
  shadow.append(element("div", { class: "frame" }, details, map));
  document.body.append(host);
  new ResizeObserver(() => (document.body.style.paddingBottom = `${summary.offsetHeight + 8}px`)).observe(summary);
})();
