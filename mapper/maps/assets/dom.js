// Building the page. Text only ever becomes text nodes: nothing here parses markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props} [props] `class`, `on` (listeners by type), else attributes;
 *   false, null and undefined leave an attribute out, true writes it empty
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "on") {
      for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  const pieces = /** @type {(Node | string)[]} */ (children.flat(/** @type {1} */ (Infinity)));
  element.append(...pieces.filter((child) => child !== null && /** @type {unknown} */ (child) !== false && child !== undefined && child !== ""));
  return element;
}

/**
 * Make an SVG element.
 * @param {string} tag
 * @param {Object<string, any>} attributes
 * @param {...Node} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * A button of ours: never a link with "#", which would load the parent page inside srcdoc.
 * @param {Child} label
 * @param {(event: MouseEvent) => void} onClick
 * @param {Props} [props]
 */
export function button(label, onClick, props = {}) {
  return h("button", { type: "button", ...props, on: { click: onClick } }, label);
}

/**
 * An outside link; null unless it is plain http or https.
 * @param {string} url
 * @param {Child} label
 * @param {Props} [props]
 */
export function outsideLink(url, label, props = {}) {
  if (!safeUrl(url)) return null;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...props }, label);
}

/**
 * Say whether a URL may become a link.
 * @param {string} url
 */
export function safeUrl(url) {
  try {
    return ["http:", "https:"].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

/**
 * An element of the page's shell (page.py), which is always there.
 * @param {string} id
 */
export const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const isPhone = () => matchMedia("(max-width: 760px)").matches;

/**
 * Bring an element to the middle of its scrolling box, without moving any outer frame.
 * @param {HTMLElement} box
 * @param {Element} element
 */
export function scrollWithin(box, element) {
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  const room = Math.max(0, (outer.height - inner.height) / 2);
  const top = box.scrollTop + inner.top - outer.top - Math.min(room, outer.height * 0.35);
  box.scrollTo({ top, behavior: reducedMotion() ? "auto" : "smooth" });
}
