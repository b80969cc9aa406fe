/** Takes files that are dropped or pasted anywhere on the page. */

/** @param {(file: File) => unknown} take */
export function takeDrops(take) {
  const mark = (/** @type {boolean} */ over) => document.body.classList.toggle("file-over", over);
  const hasFiles = (/** @type {DragEvent} */ { dataTransfer }) => dataTransfer?.types.includes("Files") === true;
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || mark(false));
  document.addEventListener("drop", (event) => {
    mark(false);
    if (hasFiles(event)) taken(event, event.dataTransfer?.files, take);
  });
  document.addEventListener("paste", (event) => {
    if (!event.clipboardData?.types.includes("text/plain")) taken(event, event.clipboardData?.files, take);
  });
}

/** @param {Event} event @param {FileList | undefined} files @param {(file: File) => unknown} take */
function taken(event, files, take) {
  const [file] = files ?? [];
  if (!file) return;
  event.preventDefault();
  if (!document.querySelector("dialog[open]")) take(file);
}
