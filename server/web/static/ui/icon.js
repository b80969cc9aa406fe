/** Line icons: `icon("pause")`. */
import { html } from "./html.js";

const PATHS = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  close: "M6 6l12 12M18 6L6 18",
  pause: "M9 5v14M15 5v14",
  play: "M8 5l11 7-11 7z",
  next: "M5 12h13M13 6l6 6-6 6",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  unlock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .7 3.2 2.5 3.5 5.5",
  screen: "M3 5h18v11H3zM8 20h8M12 16v4",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  stop: "M6 6h12v12H6z",
  help: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 18v.2",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z",
  up: "M12 19V6M6 11l6-6 6 6",
  down: "M12 5v13M6 13l6 6 6-6",
  flame: "M12 3c1 4 5 5.5 5 11a5 5 0 0 1-10 0c0-2 .8-3.3 2-4.5.3 1.8 1 2.5 1.8 2.8C10.5 9 10.5 6 12 3z",
  offline: "M3 4l18 17M5 12.5a10 10 0 0 1 4-2.4M2 9a15 15 0 0 1 4.5-3M12 7a14 14 0 0 1 10 3M15.5 11.5a10 10 0 0 1 3.5 2.2M12 18v.2",
  more: "M5 12v.1M12 12v.1M19 12v.1",
  plus: "M12 5v14M5 12h14",
  devices: "M3 5h13v4M3 5v10h8M6 19h5M14 9h7v11h-7z",
  copy: "M8 8h12v12H8zM16 8V4H4v12h4",
  edit: "M4 20h4L19 9l-4-4L4 16z",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
  chart: "M5 20V11M12 20V4M19 20v-6",
  undo: "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  download: "M12 4v11M7 11l5 5 5-5M4 20h16",
  upload: "M12 15V4M7 8l5-5 5 5M4 20h16",
  drag: "M9 6v.1M15 6v.1M9 12v.1M15 12v.1M9 18v.1M15 18v.1",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9v.1",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  bank: "M4 7h16M6 4h12M4 10h16v10H4zM9 14h6",
  books: "M4 4h5v16H4zM9 4h5v16H9zM14.5 6.5l3.9-1 3.6 13.6-3.9 1z",
  filter: "M4 7h16M7 12h10M10 17h4",
  cards: "M4 8h12v12H4zM8 8V4h12v12h-4",
  flag: "M6 21V4M6 5h12l-3 4 3 4H6",
  keyboard: "M3 7h18v11H3zM7 11v.1M11 11v.1M15 11v.1M8 15h8",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M13 7a2 2 0 1 0 4 0 2 2 0 1 0-4 0M7 17a2 2 0 1 0 4 0 2 2 0 1 0-4 0",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
};

/** @param {keyof typeof PATHS} name */
export const icon = (name) =>
  html`<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${PATHS[name]}" /></svg>`;
