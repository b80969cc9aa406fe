/** The code of a room or a homework in the page's address, which somebody may have typed, or a program may have cut in the middle of a letter. */
export function codeInAddress() {
  const text = location.pathname.split("/")[2] ?? "";
  try {
    return decodeURIComponent(text).toUpperCase();
  } catch {
    return text.toUpperCase();
  }
}
