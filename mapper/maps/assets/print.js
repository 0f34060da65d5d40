// What goes on paper: the map with numbered signs, the incidents by number, their sources.

import { h } from "./dom.js";
import { formatDate, formatZone, toneOf, whereOf } from "./format.js";
import { kindLabel, t } from "./i18n.js";
import { createSymbol } from "./symbols.js";
import { attribution } from "./about.js";

// Paper for more than this would be a book; the table has them all as a file.
const MOST = 500;

/**
 * Build the printed part anew for what is shown.
 * @param {Model} model
 * @param {Incident[]} shown
 * @param {string} status
 */
export function printSheet(model, shown, status) {
  const listed = shown.slice(0, MOST);
  const documents = [...new Set(listed.flatMap((incident) => incident.evidence.flatMap(({ document }) => document || [])))];
  const numbers = new Map(documents.map((document, i) => [document, i + 1]));
  return h("section", { id: "print-sheet", "aria-label": t("print") },
    h("h1", {}, model.title), h("p", {}, status),
    h("ol", { class: "print-incidents" }, listed.map((incident) => h("li", {},
      createSymbol(incident.kind, incident.place ? incident.place.grade : "area"),
      h("strong", {}, kindLabel(incident.kind)), toneOf(incident) && ` (${toneOf(incident)})`, `. ${formatDate(incident)}. ${whereOf(incident)}. `,
      incident.zone && `${formatZone(incident.zone)}. `,
      incident.evidence[0] && h("q", {}, incident.evidence[0].exact),
      " ", [...new Set(incident.evidence.flatMap(({ document }) => document || []))].map((document) => `[${numbers.get(document)}]`).join(" ")))),
    listed.length < shown.length && h("p", {}, t("page_of", { from: 1, to: listed.length, total: shown.length })),
    h("h2", {}, t("sources_list")),
    h("ol", { class: "print-sources" }, documents.map((document) => h("li", {}, [document.name, document.publisher, document.published || "", document.url].filter(Boolean).join(". ")))),
    h("p", { class: "how" }, attribution(model)));
}
