/* The only script that runs by itself: it brings in a tool (data-app) when a visitor first touches it, or has before. */
{
  const tell = (type, target) => {
    const app = target?.closest?.("[data-app]");
    if (app) import(document.documentElement.dataset[app.dataset.app]).then((tool) => tool.on(type, target));
  };
  for (const type of ["focusin", "input", "click"]) addEventListener(type, (event) => tell(type, event.target));
  addEventListener("pageshow", (event) => {
    if (event.persisted) return;
    for (const part of document.querySelectorAll("[data-now], [data-app] :checked, [data-app] [type=date]"))
      if (part.type !== "date" || part.value) tell("now", part);
    try {
      if (localStorage[location.pathname]) tell("now", document.querySelector("[data-do=keep]"));
    } catch {}
  });
}
