/**
 * What must not scroll is drawn one step smaller until it fits (`data-fit` 0…5, sizes in asked.css and stage.css).
 * @param {HTMLElement | null} section
 */
export function fit(section) {
  if (!section) return;
  const boxes = [section, ...section.querySelectorAll(".tile, .choices, .ordering, .option, .options, .results, .solution")];
  const spills = () => boxes.some((box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1);
  for (let step = 0; step <= 5; step += 1) {
    section.dataset["fit"] = String(step);
    if (!spills()) return;
  }
}
