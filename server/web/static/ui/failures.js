// Tells the user when something on the page failed. A classic script in the head, so that it works even if a module cannot be loaded.
(() => {
  /** @type {HTMLElement | null} */
  let banner = null;

  /** @param {string} key */
  const t = (key) => JSON.parse(document.getElementById("boot")?.textContent ?? "{}").catalogue?.[key] ?? key;

  /** @param {string} text @param {string} look @param {() => void} act */
  function button(text, look, act) {
    const element = document.createElement("button");
    element.className = `button small ${look}`;
    element.textContent = text;
    element.addEventListener("click", act);
    return element;
  }

  function show() {
    if (banner || !document.body) return;
    const text = document.createElement("span");
    text.textContent = t("error.page_failed");
    banner = document.createElement("div");
    banner.className = "toast bad failed";
    banner.setAttribute("role", "alert");
    banner.append(
      text,
      button(t("common.reload"), "", () => location.reload()),
      button(t("common.close"), "quiet", () => {
        banner?.remove();
        banner = null;
      }),
    );
    document.body.append(banner);
  }

  // Only errors of our own code and modules that were not loaded, not those of extensions and layout warnings.
  addEventListener("error", (event) => (event.error || event.target instanceof HTMLScriptElement) && show(), true);
  addEventListener("unhandledrejection", show);
})();
