// A classic script in the head: sets the theme before the first paint, and follows the system unless told otherwise.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => /(?:^|; )kuis_theme=(light|dark)/.exec(document.cookie)?.[1];
  const apply = () => (document.documentElement.dataset.theme = chosen() ?? (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", apply);
  addEventListener("themechange", apply);
  apply();
})();
