/**
 * Reorders a list by mouse, pen or finger. The handle has `data-handle` and is inside of a `data-drag` item.
 * The items move out of the way while dragging; `dropped(key, index)` is called once, at the end.
 */

/** @param {Element} root @param {(key: string, index: number) => void} dropped */
export function dragging(root, dropped) {
  root.addEventListener("pointerdown", (event) => {
    const start = /** @type {PointerEvent} */ (event);
    const handle = start.target instanceof Element ? start.target.closest("[data-handle]") : null;
    const item = handle?.closest("[data-drag]");
    if (!(item instanceof HTMLElement) || !item.parentElement || start.button !== 0) return;
    start.preventDefault();
    follow(item, [...item.parentElement.children].filter(isItem), start, dropped);
  });
}

/** @param {Element} element @returns {element is HTMLElement} */
const isItem = (element) => element instanceof HTMLElement && "drag" in element.dataset;

/** @param {HTMLElement} item @param {HTMLElement[]} items @param {PointerEvent} start @param {(key: string, index: number) => void} dropped */
function follow(item, items, start, dropped) {
  const from = items.indexOf(item);
  const tops = items.map((one) => one.offsetTop);
  const height = item.offsetHeight + 4;
  const scroller = item.closest(".list-scroll");
  const scrolled = () => scroller?.scrollTop ?? 0;
  const base = scrolled();
  let to = from;
  item.classList.add("dragged");

  /** @param {PointerEvent} event */
  const move = (event) => {
    const by = event.clientY - start.clientY + scrolled() - base;
    const middle = (tops[from] ?? 0) + by + item.offsetHeight / 2;
    to = items.filter((one, index) => index !== from && (tops[index] ?? 0) + one.offsetHeight / 2 < middle).length;
    for (const [index, one] of items.entries()) one.style.transform = `translateY(${index === from ? by : gap(index, from, to) * height}px)`;
    nearEdge(scroller, event.clientY);
  };
  const stop = new AbortController();
  /** @param {Event} event */
  const end = (event) => {
    stop.abort();
    item.classList.remove("dragged");
    for (const one of items) one.style.transform = "";
    if (event.type === "pointerup" && to !== from) dropped(item.dataset["drag"] ?? "", to);
  };
  addEventListener("pointermove", move, { signal: stop.signal });
  for (const type of ["pointerup", "pointercancel", "blur"]) addEventListener(type, end, { signal: stop.signal });
}

/** The direction in which an item makes room: −1 up, 1 down, 0 not at all. @param {number} index @param {number} from @param {number} to */
function gap(index, from, to) {
  if (index > from && index <= to) return -1;
  return index < from && index >= to ? 1 : 0;
}

const EDGE = 40;

/** @param {Element | null} scroller @param {number} y */
function nearEdge(scroller, y) {
  if (!scroller) return;
  const { top, bottom } = scroller.getBoundingClientRect();
  if (y < top + EDGE) scroller.scrollTop -= 8;
  if (y > bottom - EDGE) scroller.scrollTop += 8;
}
