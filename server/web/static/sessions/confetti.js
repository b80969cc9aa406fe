/** The one place for confetti: the podium. Two seconds on a canvas over the page, then it is gone. */
const PIECES = 160;
const LASTS_MS = 3200;
const GRAVITY = 0.0011;

export function confetti() {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  if (!pen) return;
  Object.assign(canvas.style, { position: "fixed", inset: "0", width: "100%", height: "100%", pointerEvents: "none", zIndex: "10" });
  canvas.setAttribute("aria-hidden", "true");
  [canvas.width, canvas.height] = [innerWidth, innerHeight];
  document.body.append(canvas);
  const pieces = Array.from({ length: PIECES }, (_, index) => piece(index));
  const start = performance.now();
  const tick = (/** @type {number} */ time) => {
    const age = time - start;
    if (age > LASTS_MS) return canvas.remove();
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.globalAlpha = Math.min(1, (LASTS_MS - age) / 600);
    for (const each of pieces) drawn(pen, each, age);
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

/** @param {number} index */
function piece(index) {
  const left = index % 2 === 0;
  const angle = (left ? -Math.PI / 3 : (-2 * Math.PI) / 3) + (Math.random() - 0.5) * 0.8;
  const speed = (0.9 + Math.random() * 0.9) * Math.sqrt(innerHeight / 900);
  return { x: left ? 0 : innerWidth, y: innerHeight * 0.75, dx: Math.cos(angle) * speed, dy: Math.sin(angle) * speed, spin: Math.random() * 6, size: 7 + Math.random() * 9, hue: [38, 250, 76, 165, 350, 232, 105, 277][index % 8] ?? 0 };
}

/** @param {CanvasRenderingContext2D} pen @param {ReturnType<typeof piece>} piece @param {number} age */
function drawn(pen, { x, y, dx, dy, spin, size, hue }, age) {
  pen.save();
  pen.translate(x + dx * age, y + dy * age + (GRAVITY * age * age) / 2);
  pen.rotate(spin + age * 0.004);
  pen.scale(1, Math.cos(spin + age * 0.008));
  pen.fillStyle = `oklch(0.7 0.16 ${hue})`;
  pen.fillRect(-size / 2, -size / 3, size, size * 0.66);
  pen.restore();
}
