/**
 * The only code that writes HTML: html`<p>${text}</p>` escapes its values, render() patches the result into the page.
 *
 *     render(root, html`<ul>${names.map((name) => html`<li data-key="${name}">${name}</li>`)}</ul>`);
 *     listen(root, "click", { remove: (button) => drop(button.value) });  // <button data-do="remove" value="…">
 *
 * render() keeps existing nodes with their focus, typed text and running animations. Siblings that can move need a
 * `data-key`. Of a custom element only the attributes are patched, because it owns its content. `style` and `data-fit`, which
 * scripts set after rendering, are kept, and so is whether a <details> is open.
 * @typedef {Markup | string | number | boolean | null | undefined} Value
 */

export class Markup {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** @param {Value | Value[]} value @returns {string} */
function written(value) {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(written).join("");
  if (value == null || typeof value === "boolean") return "";
  return String(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/** @param {TemplateStringsArray} strings @param {(Value | Value[])[]} values */
export function html(strings, ...values) {
  return new Markup(strings.reduce((all, part, index) => all + written(values[index - 1]) + part));
}

// In browsers with Trusted Types, the page's policy allows no other code to write HTML.
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("kuis", { createHTML: (/** @type {string} */ text) => text });

/** @param {Markup} markup */
export function fragment(markup) {
  const template = document.createElement("template");
  template.innerHTML = policy ? policy.createHTML(markup.text) : markup.text;
  return template.content;
}

/** @param {Element} root @param {Markup} markup */
export function render(root, markup) {
  const focused = document.activeElement;
  patchChildren(root, fragment(markup));
  // A node loses the focus when it is moved.
  if (focused instanceof HTMLElement && focused !== document.activeElement && root.contains(focused)) focused.focus({ preventScroll: true });
}

/** @param {Node} node */
const keyOf = (node) => (node instanceof Element ? (node.getAttribute("data-key") ?? node.id) : "");

/** @param {Element} root @param {Node} wanted */
function patchChildren(root, wanted) {
  const keyed = new Map([...root.childNodes].filter(keyOf).map((node) => [keyOf(node), node]));
  /** @type {ChildNode | null} */
  let here = root.firstChild;
  for (const want of [...wanted.childNodes]) {
    const key = keyOf(want);
    const found = key ? keyed.get(key) : here && !keyOf(here) ? here : null;
    if (!found || found.nodeName !== want.nodeName) {
      root.insertBefore(want, here);
      continue;
    }
    if (found === here) here = here.nextSibling;
    else root.insertBefore(found, here);
    patchNode(found, want);
  }
  while (here) {
    const after = here.nextSibling;
    here.remove();
    here = after;
  }
}

const GIVEN_LATER = new Set(["style", "data-fit"]);

/** Whether an attribute is left alone after its element was first rendered. @param {Element} element @param {string} name */
const isGivenLater = ({ localName }, name) => GIVEN_LATER.has(name) || (localName === "details" && name === "open");

/** @param {Node} node @param {Node} want */
function patchNode(node, want) {
  if (!(node instanceof Element && want instanceof Element)) {
    if (node.nodeValue !== want.nodeValue) node.nodeValue = want.nodeValue;
    return;
  }
  for (const { name } of [...node.attributes]) if (!isGivenLater(node, name) && !want.hasAttribute(name)) node.removeAttribute(name);
  for (const { name, value } of want.attributes) if (!isGivenLater(node, name) && node.getAttribute(name) !== value) node.setAttribute(name, value);
  if (!node.localName.includes("-")) patchChildren(node, want);
}

/**
 * Adds one listener for a page, which calls the entry that the nearest `data-do` names.
 * @param {EventTarget} root @param {string} type
 * @param {Record<string, (element: any, event: any) => unknown>} table
 */
export function listen(root, type, table) {
  root.addEventListener(type, (event) => {
    const element = event.target instanceof Element ? event.target.closest("[data-do]") : null;
    const act = element && table[element.getAttribute("data-do") ?? ""];
    if (act) act(element, event);
  });
}
