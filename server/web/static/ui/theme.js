// Sets the theme before the first paint; without a choice it follows the system. A classic script in the head.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => /(?:^|; )kuis_theme=(light|dark)/.exec(document.cookie)?.[1];
  const apply = () => (document.documentElement.dataset.theme = chosen() ?? (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", apply);
  addEventListener("themechange", apply);
  apply();
})();
