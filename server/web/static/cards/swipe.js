/**
 * Grades a card by a swipe on a touch screen: to the left or to the right. The card follows the finger, and `data-swipe` on it
 * says what would happen.
 */
const FAR_ENOUGH_PX = 90;
const BEGINS_PX = 12;

/** @param {HTMLElement} root @param {(side: "left" | "right") => void} swiped */
export function listenToSwipes(root, swiped) {
  /** @type {{ card: HTMLElement, x: number, y: number, dx: number, isOn: boolean } | null} */
  let held = null;

  root.addEventListener("pointerdown", ({ target, clientX, clientY, pointerType, isPrimary }) => {
    drop(false); // a second finger is for something else
    const card = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("[data-swipeable]")) : null;
    held = card && pointerType === "touch" && isPrimary ? { card, x: clientX, y: clientY, dx: 0, isOn: false } : null;
  });

  root.addEventListener("pointermove", ({ clientX, clientY, pointerId }) => {
    if (!held) return;
    held.dx = clientX - held.x;
    if (!held.isOn) {
      if (Math.abs(clientY - held.y) > Math.max(BEGINS_PX, Math.abs(held.dx))) held = null; // scrolls
      else if (Math.abs(held.dx) > BEGINS_PX) {
        held.isOn = true;
        held.card.setPointerCapture(pointerId);
      }
      if (!held?.isOn) return;
    }
    held.card.style.transform = `translateX(${held.dx}px)`;
    held.card.dataset["swipe"] = Math.abs(held.dx) < FAR_ENOUGH_PX ? "" : held.dx < 0 ? "left" : "right";
  });

  const drop = (/** @type {boolean} */ isDone) => {
    if (!held) return;
    const { card, dx, isOn } = held;
    held = null;
    card.style.removeProperty("transform");
    delete card.dataset["swipe"];
    if (isDone && isOn && Math.abs(dx) >= FAR_ENOUGH_PX) swiped(dx < 0 ? "left" : "right");
  };
  root.addEventListener("pointerup", () => drop(true));
  root.addEventListener("pointercancel", () => drop(false));
}
