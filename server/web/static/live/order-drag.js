/**
 * Dragging the rows of an ordering question by finger, pen or mouse. Buttons do the same for everybody else.
 * @param {HTMLElement} root @param {(order: string[]) => void} moved
 */
export function dragOrder(root, moved) {
  /** @type {{ row: HTMLElement, start: number } | null} */
  let held = null;

  root.addEventListener("pointerdown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const row = /** @type {HTMLElement | null} */ (target.closest(".ordering[data-look=free] .order-row"));
    if (!row || target.closest("button") || event.button !== 0) return;
    held = { row, start: event.clientY };
    row.setPointerCapture(event.pointerId);
    row.classList.add("held");
  });

  root.addEventListener("pointermove", (event) => {
    if (!held) return;
    const { row } = held;
    const middle = row.getBoundingClientRect();
    const before = /** @type {HTMLElement | null} */ (row.previousElementSibling);
    const next = /** @type {HTMLElement | null} */ (row.nextElementSibling);
    if (before && middle.top < before.getBoundingClientRect().top + before.offsetHeight / 2) swap(row, () => row.after(before));
    else if (next && middle.bottom > next.getBoundingClientRect().top + next.offsetHeight / 2) swap(row, () => row.before(next));
    row.style.transform = `translateY(${event.clientY - held.start}px)`;
  });

  /** Moves the neighbour, so that the row keeps the pointer, and keeps the row under the finger. @param {HTMLElement} row @param {() => void} move */
  function swap(row, move) {
    const was = row.offsetTop;
    move();
    if (held) held.start += row.offsetTop - was;
  }

  const drop = () => {
    if (!held) return;
    const { row } = held;
    held = null;
    row.classList.remove("held");
    row.style.transform = "";
    const rows = /** @type {HTMLElement[]} */ ([...(row.parentElement?.children ?? [])]);
    moved(rows.map((each) => each.dataset["id"] ?? ""));
  };
  root.addEventListener("pointerup", drop);
  root.addEventListener("pointercancel", drop);
}
