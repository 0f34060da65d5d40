// What goes on paper: the map with numbered signs, the incidents by number, their sources.

import { h } from "./dom.js";
import { FACETS } from "./filters.js";
import { formatDate, formatZone, toneOf, whereOf } from "./format.js";
import { kindLabel, named, sayName, t } from "./i18n.js";
import { createSymbol } from "./symbols.js";
import { attribution } from "./about.js";

// Paper for more than this would be a book; the table has them all as a file.
const MOST = 500;
// Longer lists of numbers do not fit beside a cluster: it gets a letter and a line of its own.
const LONGEST_NUMBERS = 9;

/**
 * Numbers in few words: `1–4, 9`.
 * @param {number[]} numbers from the least
 */
export function joinNumbers(numbers) {
  /** @type {[number, number][]} */
  const runs = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}${last - first > 1 ? "–" : ", "}${last}`)).join(", ");
}

/**
 * A letter for each: A, B, ... Z, AA, AB ...
 * @param {number} index
 * @returns {string}
 */
export function letterOf(index) {
  return (index >= 26 ? letterOf(Math.floor(index / 26) - 1) : "") + String.fromCharCode(65 + (index % 26));
}

/**
 * The filters in force, in words; empty when all is shown.
 * @param {Model} model
 * @param {View} view
 */
export function describeFilters(model, view) {
  /**
   * @param {Facet} facet
   * @param {string} value
   */
  const label = (facet, value) => {
    const kind = facet === "kind" && model.kinds.find(({ key }) => key === value);
    return kind ? kindLabel(kind) : named(facet, value);
  };
  const parts = FACETS.filter((facet) => view.hidden[facet].size).map((facet) => `${t(`group_${facet}`)}: ${t("printed_without", { values: [...view.hidden[facet]].sort().map((value) => label(facet, value)).join(", ") })}`);
  if (view.source) parts.push(`${t("group_source")}: ${view.source}`);
  if (view.from || view.to) parts.push(`${view.from || "…"} – ${view.to || "…"}`);
  if (!view.undated) parts.push(t("printed_without", { values: t("date_unknown") }));
  if (view.query) parts.push(`“${view.query}”`);
  return parts.join("; ");
}

/**
 * Number the signs on the map as the incidents are numbered in the list. A cluster gets the
 * numbers of its incidents, or a letter when they are many.
 * @param {Incident[]} shown
 * @param {{items: Incident[], element: HTMLElement}[]} signs
 * @returns {[string, string][]} letters and what they stand for
 */
function numberSigns(shown, signs) {
  const numbers = new Map(shown.map((incident, i) => [incident, i + 1]));
  /** @type {[string, string][]} */
  const key = [];
  for (const { items, element } of signs) {
    const text = joinNumbers(items.flatMap((incident) => numbers.get(incident) || []).sort((a, b) => a - b));
    if (text.length > LONGEST_NUMBERS) key.push([letterOf(key.length), text]);
    element.setAttribute("data-number", text.length > LONGEST_NUMBERS ? key[key.length - 1][0] : text);
  }
  return key;
}

/**
 * Build the printed part anew for what is shown: a head before the map, lists after it.
 * @param {Model} model
 * @param {View} view
 * @param {Incident[]} shown
 * @param {string} status
 * @param {{items: Incident[], element: HTMLElement}[]} signs
 */
export function printSheet(model, view, shown, status, signs) {
  for (const id of ["print-head", "print-sheet"]) document.getElementById(id)?.remove();
  const listed = shown.slice(0, MOST);
  const documents = [...new Set(listed.flatMap((incident) => incident.evidence.flatMap(({ document }) => document || [])))];
  const numbers = new Map(documents.map((document, i) => [document, i + 1]));
  const filters = describeFilters(model, view);
  const key = numberSigns(shown, signs);
  document.body.prepend(h("section", { id: "print-head", "aria-label": t("print") },
    h("h1", {}, sayName(model.title)), h("p", {}, status), filters && h("p", {}, t("printed_from", { filters }))));
  document.body.append(h("section", { id: "print-sheet", "aria-label": t("sources_list") },
    key.length > 0 && h("p", { class: "print-key" }, t("printed_clusters"), key.map(([letter, text]) => [" ", h("span", {}, h("strong", {}, `${letter}:`), ` ${text}.`)])),
    h("ol", { class: "print-incidents" }, listed.map((incident) => h("li", {},
      createSymbol(incident.kind, incident.place ? incident.place.grade : "area"),
      h("strong", {}, kindLabel(incident.kind)), toneOf(incident) && ` (${toneOf(incident)})`, `. ${formatDate(incident)}. ${whereOf(incident)}. `,
      incident.zone && `${formatZone(incident.zone)}. `,
      incident.evidence[0] && h("q", {}, incident.evidence[0].exact),
      " ", [...new Set(incident.evidence.flatMap(({ document }) => document || []))].map((document) => `[${numbers.get(document)}]`).join(" ")))),
    listed.length < shown.length && h("p", {}, t("page_of", { from: 1, to: listed.length, total: shown.length })),
    h("h2", {}, t("sources_list")),
    h("ol", { class: "print-sources" }, documents.map((document) => h("li", {}, [document.name, document.publisher, document.published || "", document.url].filter(Boolean).join(". ")))),
    h("p", { class: "how" }, attribution(model))));
}

/**
 * The part of a map that nothing lies on.
 * @param {L.Map} map
 * @param {HTMLElement} legend
 */
function partInSight(map, legend) {
  const box = map.getContainer().getBoundingClientRect();
  const [left, bottom] = [legend.getBoundingClientRect().right, document.querySelector(".timeline")?.getBoundingClientRect().top];
  // A phone has no room beside its legend, nor a timeline under it.
  const west = left < box.left + box.width / 2 ? Math.max(left, box.left) - box.left : 0;
  const south = bottom && bottom > box.top + box.height / 2 ? Math.min(bottom, box.bottom) - box.top : box.height;
  return L.latLngBounds(map.containerPointToLatLng([west, south]), map.containerPointToLatLng([box.width, 0]));
}

/**
 * Lay the map out for paper, where it shows what it shows on the screen, and back again.
 * @param {L.Map} map
 * @param {HTMLDetailsElement} legend
 * @returns {() => void} what takes it back
 */
export function toPaper(map, legend) {
  const [center, zoom, { zoomSnap }, open] = [map.getCenter(), map.getZoom(), map.options, legend.open];
  const seen = partInSight(map, legend);
  document.documentElement.classList.add("on-paper");
  legend.open = true;
  map.options.zoomSnap = 0; // paper has no steps of zoom
  map.invalidateSize({ animate: false, pan: false });
  map.fitBounds(seen, { animate: false });
  return () => {
    document.documentElement.classList.remove("on-paper");
    Object.assign(map.options, { zoomSnap });
    legend.open = open;
    map.invalidateSize({ animate: false, pan: false });
    map.setView(center, zoom, { animate: false });
  };
}
