// The sign of a kind: a shape and a colour; its outline says how well the place is known.

import { svg } from "./dom.js";

/** @type {Record<string, string>} */
const SHAPES = {
  circle: "M12 5a7 7 0 1 1 0 14a7 7 0 1 1 0-14Z",
  square: "M6 6h12v12H6Z",
  diamond: "M12 3.6 20.4 12 12 20.4 3.6 12Z",
  triangle: "M12 4 20.2 18.4H3.8Z",
  down: "M12 20 3.8 5.6h16.4Z",
  star: "M12 3.2l2.6 5.6 6.1.7-4.5 4.2 1.2 6L12 16.7l-5.4 3 1.2-6-4.5-4.2 6.1-.7Z",
  hexagon: "M12 4l7 4v8l-7 4-7-4V8Z",
  cross: "M9 4.5h6V9h4.5v6H15v4.5H9V15H4.5V9H9Z",
};

/**
 * Draw the sign of a kind.
 * @param {Sign} kind
 * @param {string} [grade]
 */
export function createSymbol(kind, grade = "exact") {
  const sign = svg("path", { d: SHAPES[kind.shape] || SHAPES.circle, class: "sign" });
  const parts = [sign];
  if (grade !== "exact") {
    sign.setAttribute("transform", `translate(12 12) scale(${grade === "area" ? 0.62 : 0.7}) translate(-12 -12)`);
    parts.unshift(svg("circle", { cx: 12, cy: 12, r: 10.4, class: "ring" }));
  }
  const symbol = svg("svg", { viewBox: "0 0 24 24", class: `symbol ${grade}`, "aria-hidden": "true", focusable: "false" }, ...parts);
  paint(symbol, kind);
  return symbol;
}

/**
 * Give an element the two colours of a kind; the style sheet picks by colour scheme.
 * @param {HTMLElement|SVGElement} element
 * @param {Sign} kind
 */
export function paint(element, kind) {
  element.style.setProperty("--kind-light", kind.color);
  element.style.setProperty("--kind-dark", kind.colorDark);
  element.classList.add("of-kind");
}
