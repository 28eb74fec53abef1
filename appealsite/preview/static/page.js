// On every previewed page: reloads it when the project changes, and shows the bar. Not part of the site.
"use strict";
(() => {
  const own = document.currentScript;
  const version = own.dataset.version;

  const check = () =>
    fetch("/_preview/version", { cache: "no-store" })
      .then((answer) => answer.text())
      .then((now) => { if (now !== version) location.reload(); })
      .catch(() => {});

  // A change between the making of this page and the connection would be lost, so it is asked for at every connection;
  // and once more, as the server sends news only to pages whose "info" it has, which they send after this event.
  document.addEventListener("LiveReloadConnect", () => { check(); setTimeout(check, 1000); });
  const live = document.createElement("script");
  live.src = `/livereload.js?port=${location.port}&host=${location.hostname}&mindelay=200&maxdelay=2000`;
  document.head.append(live);

  if (document.body?.classList.contains("problems")) return;
  const start = () => {
    const bar = document.createElement("script");
    bar.src = "/_preview/static/bar.js";
    document.head.append(bar);
  };
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
})();
