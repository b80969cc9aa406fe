// A classic script in the head, so that it also works where a module cannot be loaded: says when something on the page broke.
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

  // Only what our own code threw, or a module of it that did not come: not what extensions and layout warnings report.
  addEventListener("error", (event) => (event.error || event.target instanceof HTMLScriptElement) && show(), true);
  addEventListener("unhandledrejection", show);
})();
