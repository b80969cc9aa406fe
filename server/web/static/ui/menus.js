/** Closes an open <details class="menu"> after a click outside or on an entry. Escape also returns the focus to its button. */
export function closeMenus() {
  document.addEventListener("click", ({ target }) => {
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (!(target instanceof Element && target.closest("summary")?.parentElement === menu)) menu.removeAttribute("open");
  });
  document.addEventListener("keydown", ({ key }) => {
    const menu = document.querySelector("details.menu[open]");
    if (key !== "Escape" || !menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  });
}
