const LINES = 6;

/**
 * What must not scroll is drawn one step smaller until it fits (`data-fit` 0…5, sizes in open-question.css and class-screen.css). The
 * stage, which is read from the last row, begins with larger steps (below 0).
 * What is too long even so (6) scrolls on the phone; the stage, which nobody scrolls, leaves away its last lines.
 * Meanwhile (`data-measuring`) everything stands where it belongs, also what is dragged or still on its way.
 * @param {HTMLElement | null} section @param {number} [largest]
 */
export function fit(section, largest = 0) {
  if (!section) return;
  section.toggleAttribute("data-measuring", true);
  shrink(section, largest);
  section.toggleAttribute("data-measuring", false);
}

/** Fits the open question of a page whenever the window or a picture gets another size. @param {HTMLElement} root @returns {() => void} what fits it after it was drawn */
export function fitQuestion(root) {
  const refit = () => fit(root.querySelector(".open-question"));
  addEventListener("resize", refit);
  root.addEventListener("load", refit, true); // pictures
  return refit;
}

/** @param {HTMLElement} section @param {number} largest */
function shrink(section, largest) {
  const { scrollTop } = section;
  const boxes = [section, ...section.querySelectorAll(".tile, .choices, .ordering, .order-row, .option, .options, .results, .results > li, .body, .solution, .in-order, .invite, .names")];
  const texts = [...section.querySelectorAll(":is(.tile, .order-row) .text")];
  const spills = () =>
    boxes.some((box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1) ||
    texts.some((text) => text.scrollWidth > text.clientWidth);
  for (let step = largest; step <= 5; step += 1) {
    section.dataset["fit"] = String(step);
    if (!spills()) return;
  }
  section.dataset["fit"] = "6";
  section.scrollTop = scrollTop;
  for (let lines = LINES; lines > 0; lines -= 1) {
    section.style.setProperty("--lines", String(lines));
    if (!spills()) return;
  }
}
