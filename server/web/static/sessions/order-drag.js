/**
 * Drags the rows of an ordering question by finger, pen or mouse. Buttons do the same for everybody else.
 * `moved` is called at every step, so that a redraw during a drag shows the present order.
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
    row.style.zIndex = "2";
  });

  root.addEventListener("pointermove", ({ clientY }) => {
    follow(clientY);
    // A fast finger can pass several rows between two events.
    for (let rows = held?.row.parentElement?.childElementCount ?? 0; rows > 0 && pass(); rows -= 1) follow(clientY);
  });

  /** @param {number} y */
  function follow(y) {
    if (held) held.row.style.transform = `translateY(${y - held.start}px)`;
  }

  /** Swaps the row with a neighbour whose middle was passed; false if there was none. */
  function pass() {
    if (!held) return false;
    const { row } = held;
    const { top, bottom } = row.getBoundingClientRect();
    const before = /** @type {HTMLElement | null} */ (row.previousElementSibling);
    const next = /** @type {HTMLElement | null} */ (row.nextElementSibling);
    if (before && top < middle(before)) swap(row, () => row.after(before));
    else if (next && bottom > middle(next)) swap(row, () => row.before(next));
    else return false;
    return true;
  }

  /** Moves the neighbour instead of the row, which must keep the pointer, and keeps the row under the pointer. @param {HTMLElement} row @param {() => void} move */
  function swap(row, move) {
    const was = row.offsetTop;
    move();
    if (held) held.start += row.offsetTop - was;
    const rows = /** @type {HTMLElement[]} */ ([...(row.parentElement?.children ?? [])]);
    moved(rows.map((each) => each.dataset["id"] ?? ""));
  }

  const drop = () => {
    held?.row.removeAttribute("style");
    held = null;
  };
  root.addEventListener("pointerup", drop);
  root.addEventListener("pointercancel", drop);
}

/** @param {HTMLElement} row */
function middle(row) {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}
