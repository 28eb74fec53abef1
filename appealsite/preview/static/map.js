// The coverage map: one portion of the matrix at a time, as a map or as a list.
"use strict";
(async () => {
  const STATES = { written: "written", shared: "shared text only", draft: "draft", blocked: "blocked", absent: "absent" };
  const COLUMNS = ["payer", "service", "reason", "state", "words", "own share", "findings", "oldest source"];
  const get = async (name, query = {}) => (await fetch(`/_preview/${name}.json?${new URLSearchParams(query)}`)).json();
  const find = (id) => document.getElementById(id);
  const escape = (text) => String(text).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
  const axes = await get("axes");
  const names = Object.fromEntries(["payers", "services", "reasons"].map((axis) =>
    [axis, Object.fromEntries(axes[axis].map((one) => [one.slug, one.name]))]));
  let cells = [];
  let asked = 0;
  let sort = { by: 3, up: true };

  const stored = new URLSearchParams(location.hash.slice(1));
  find("by").value = stored.get("by") ?? "reason";
  find("view").value = stored.get("view") ?? "grid";
  find("states").insertAdjacentHTML("beforeend", Object.entries(STATES).map(([state, words]) =>
    `<label class="${state}"><input type="checkbox" value="${state}" checked> <span class="key">${words}</span></label>`).join(""));

  const choices = () => {
    const by = find("by").value;
    find("which-label").textContent = by === "reason" ? "Reason" : "Payer";
    find("which").innerHTML = axes[`${by}s`].map((one) => `<option value="${one.slug}">${escape(one.name)}</option>`).join("");
    const wanted = stored.get("which");
    if (wanted && axes[`${by}s`].some((one) => one.slug === wanted)) find("which").value = wanted;
  };

  const load = async () => {
    const by = find("by").value, which = find("which").value, mine = ++asked;
    location.replace(`#${new URLSearchParams({ by, which, view: find("view").value })}`);
    const query = { [by]: which };
    const told = await get("cells", query);
    if (mine !== asked) return;
    cells = told.cells.map(([payer, service, reason, state, why, words, own, findings]) =>
      ({ payer, service, reason, state, why, words, own, findings, age: null }));
    show();
    const known = new Map(cells.map((one) => [`${one.payer}/${one.service}/${one.reason}`, one]));
    for (let first = 0; first !== null && mine === asked;) {
      const more = await get("ages", { ...query, first });
      for (const [payer, service, reason, age] of more.ages) known.get(`${payer}/${service}/${reason}`).age = age;
      first = more.next;
    }
    if (mine === asked) show();
  };

  const wanted = () => {
    const states = new Set([...find("states").querySelectorAll("input:checked")].map((one) => one.value));
    const words = find("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
    return cells.filter((one) => states.has(one.state) && words.every((word) =>
      `${one.payer} ${one.service} ${one.reason} ${names.payers[one.payer]} ${names.services[one.service]} ${names.reasons[one.reason]}`.toLowerCase().includes(word)));
  };

  const share = (own) => (own === null ? "" : `${Math.round(own * 100)} %`);
  const title = (one) => [
    `${names.payers[one.payer]}, ${names.services[one.service]}, ${names.reasons[one.reason]}: ${STATES[one.state]}`,
    one.why, one.words === null ? "" : `${one.words} own words, ${share(one.own)} of the page`,
    one.findings ? `${one.findings} findings` : "", one.age === null ? "" : `oldest source checked ${one.age} days ago`,
  ].filter(Boolean).join("; ");
  const button = (one) =>
    `<button type="button" class="${one.state}${one.findings ? " bad" : ""}" data-cell="${one.payer}/${one.service}/${one.reason}" title="${escape(title(one))}" aria-label="${escape(title(one))}">${one.findings || (one.words ?? "")}</button>`;

  const showGrid = (shown) => {
    const by = find("by").value, rowAxis = by === "reason" ? "payer" : "reason";
    const rows = new Set(shown.map((one) => one[rowAxis])), columns = new Set(shown.map((one) => one.service));
    const at = new Map(shown.map((one) => [`${one[rowAxis]}/${one.service}`, one]));
    const services = axes.services.filter((one) => columns.has(one.slug));
    const head = services.map((one) => `<th scope="col" title="${escape(one.name)}"><span>${escape(one.name)}</span></th>`).join("");
    const body = axes[`${rowAxis}s`].filter((one) => rows.has(one.slug)).map((row) =>
      `<tr><th scope="row">${escape(row.name)}</th>${services.map((column) => {
        const one = at.get(`${row.slug}/${column.slug}`);
        return `<td>${one ? button(one) : ""}</td>`;
      }).join("")}</tr>`).join("");
    find("shown").innerHTML = `<table><thead><tr><td></td>${head}</tr></thead><tbody>${body}</tbody></table>`;
  };

  const values = (one) => [names.payers[one.payer], names.services[one.service], names.reasons[one.reason], one.state, one.words, one.own, one.findings, one.age];
  const showList = (shown) => {
    const rank = (value) => (value === null ? -1 : value);
    const ordered = shown.map((one) => [values(one), one]).sort(([a], [b]) => {
      const [x, y] = [rank(a[sort.by]), rank(b[sort.by])];
      return (x < y ? -1 : x > y ? 1 : 0) * (sort.up ? 1 : -1);
    });
    const head = COLUMNS.map((name, at) => `<th scope="col"><button type="button" data-sort="${at}"${at === sort.by ? ` aria-sort="${sort.up ? "ascending" : "descending"}"` : ""}>${name}</button></th>`).join("");
    const body = ordered.slice(0, 2000).map(([row, one]) =>
      `<tr><td>${row.slice(0, 3).map(escape).join("</td><td>")}</td><td class="${one.state}"><span class="key">${STATES[one.state]}</span>${one.why ? ` (${escape(one.why)})` : ""}</td><td>${one.words ?? ""}</td><td>${share(one.own)}</td><td>${one.findings ?? ""}</td><td>${one.age === null ? "" : `${one.age} days`}</td><td><a href="#" data-cell="${one.payer}/${one.service}/${one.reason}">open</a></td></tr>`).join("");
    find("shown").innerHTML = `<table><thead><tr>${head}<th></th></tr></thead><tbody>${body}</tbody></table>` +
      (ordered.length > 2000 ? `<p>The first 2,000 rows; filter for others.</p>` : "");
  };

  const show = () => {
    const shown = wanted(), view = find("view").value;
    find("shown").className = view;
    const counts = Object.entries(STATES).map(([state, words]) =>
      `<span class="key ${state}">${cells.filter((one) => one.state === state).length.toLocaleString("en")} ${words}</span>`);
    const findings = cells.reduce((sum, one) => sum + (one.findings ?? 0), 0);
    find("totals").innerHTML = `${shown.length.toLocaleString("en")} of ${cells.length.toLocaleString("en")} cells shown: ${counts.join(", ")}. ` +
      (axes.checked ? `${findings} findings in the check of ${axes.checked}.` : "Not checked yet: run python build.py check for words, own share and findings.");
    (view === "grid" ? showGrid : showList)(shown);
  };

  const open = async (key, from) => {
    document.querySelector("[aria-pressed=true]")?.removeAttribute("aria-pressed");
    from.setAttribute("aria-pressed", "true");
    const [payer, service, reason] = key.split("/");
    const told = await get("cell", { payer, service, reason });
    const aside = find("cell");
    const one = cells.find((cell) => cell.payer === payer && cell.service === service && cell.reason === reason);
    aside.className = told.state;
    aside.hidden = false;
    const page = told.files
      ? `<p><a href="${escape(told.url)}">Open ${escape(told.url)}</a></p><p>From <code>${escape(told.origin)}</code>. Its texts:</p><ul>${told.files.map((file) => `<li>${escape(file)}</li>`).join("")}</ul>${told.files.includes(told.own) ? "" : `<p>A text of its own would be <code>${escape(told.own)}</code>.</p>`}`
      : `<p>To make it a page, add under <code>combinations</code> in data/matrix.yaml:</p><pre>${escape(told.yaml)}</pre><p>or, as a draft with a text to fill in:</p><pre>${escape(told.command)}</pre>`;
    aside.innerHTML = `<h2>${escape(`${names.payers[payer]}, ${names.services[service]}, ${names.reasons[reason]}`)}</h2>` +
      `<p><span class="key ${told.state}">${STATES[told.state]}</span>${told.why ? `: ${escape(told.why)}` : ""}</p>` +
      (one && told.files ? `<p>${escape(title(one).split(": ").slice(1).join(": "))}</p>` : "") + page;
  };

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-cell], [data-sort]");
    if (!target) return;
    event.preventDefault();
    if (target.dataset.cell) return void open(target.dataset.cell, target);
    const by = Number(target.dataset.sort);
    sort = { by, up: sort.by === by ? !sort.up : true };
    show();
  });
  find("choice").addEventListener("submit", (event) => event.preventDefault());
  find("by").addEventListener("change", () => { choices(); load(); });
  find("which").addEventListener("change", load);
  find("view").addEventListener("change", () => { location.replace(`#${new URLSearchParams({ by: find("by").value, which: find("which").value, view: find("view").value })}`); show(); });
  find("filter").addEventListener("input", show);
  find("states").addEventListener("change", show);
  choices();
  await load();
})();
