// The card of an incident: what, when, where, how sure, in whose words.

import { button, h, outsideLink } from "./dom.js";
import { ASSERTIONS, formatCasualties, formatDate, formatPercent, formatUncertainty, formatZone, plural } from "./format.js";
import { createSymbol, paint } from "./symbols.js";

/**
 * Build the card of an incident.
 * @param {any} incident
 * @param {{alternatives: (rows: any) => any[]}} model
 * @param {{onText: (n: number) => void, onClose: () => void, at?: number}} actions
 */
export function createCard(incident, model, { onText, onClose, at = 0 }) {
  const tone = ASSERTIONS[incident.assertion];
  const heading = h("h2", {}, createSymbol(incident.kind), h("span", {}, incident.kind.label), tone && h("span", { class: `tag ${incident.assertion}` }, tone));
  const card = h("section", { class: "card", "aria-label": incident.kind.label },
    h("header", {}, heading, button("×", onClose, { class: "close", "aria-label": "Close" })),
    incident.summary && h("p", { class: "summary", title: "Put together by the program, not a quotation" }, incident.summary),
    facts(incident),
    sources(incident, onText, at),
    alternatives(incident, model));
  paint(card, incident.kind);
  // A button that redraws its own row is gone when Leaflet looks where the click came from.
  card.addEventListener("click", (event) => event.stopPropagation());
  return card;
}

function facts(incident) {
  const { place, zone } = incident;
  const row = (name, ...value) => [h("dt", {}, name), h("dd", {}, ...value)];
  const dated = incident.start
    ? [formatDate(incident), incident.whenText && h("span", { class: "how" }, ` from “${incident.whenText}”`)]
    : [h("span", { class: "missing" }, "Date not given"), incident.whenMethod && h("span", { class: "how" }, ` (${incident.whenMethod.replaceAll("_", " ")})`)];
  const placed = place
    ? [place.label, h("span", { class: "how" }, ` ${formatUncertainty(place)}`), !incident.stated && h("span", { class: "how" }, " – not in this sentence, taken from the rest of the article")]
    : [h("span", { class: "missing" }, "Not on the map"), incident.placeReason && h("span", { class: "how" }, ` (${incident.placeReason})`)];
  const actors = incident.actors.map(({ name, side, role }) => [name, [side, role].filter(Boolean).join(", ")].filter(Boolean));
  const harm = formatCasualties(incident.casualties);
  return h("dl", { class: "facts" },
    row("When", ...dated),
    row("Where", ...placed),
    zone && row("Zone", formatZone(zone)),
    actors.length > 0 && row("Who", actors.map(([name, more]) => (more ? `${name} (${more})` : name)).join("; ")),
    harm && row("Harm", harm));
}

function sources(incident, onText, first) {
  const total = incident.evidence.length;
  if (!total) return h("p", { class: "missing" }, "No sentence is recorded for this incident.");
  const origins = new Set(incident.evidence.map((piece) => piece.document)).size;
  const counted = origins === total ? plural(total, "source") : `${total} sentences in ${plural(origins, "source")}`;
  let at = Math.min(first, total - 1);
  const box = h("div", { class: "sources" });
  const draw = () => {
    const piece = incident.evidence[at];
    const origin = [piece.document?.name, piece.document?.publisher].filter(Boolean).join(" · ");
    const move = (step) => () => {
      at = (at + step + total) % total;
      draw();
      onText(at);
    };
    box.replaceChildren(
      h("blockquote", { lang: piece.document?.language || false }, piece.exact),
      h("p", { class: "origin" }, origin || "Source text not in this file"),
      h("div", { class: "actions" },
        total > 1 && button("‹", move(-1), { "aria-label": "Previous sentence" }),
        h("span", { class: "count" }, `${at + 1} of ${counted}`),
        total > 1 && button("›", move(1), { "aria-label": "Next sentence" }),
        piece.document && button("Show in text", () => onText(at), { class: "primary" }),
        outsideLink(piece.url, "Open original ↗")));
  };
  draw();
  return box;
}

function alternatives(incident, model) {
  const rows = model.alternatives(incident.alternatives);
  if (!incident.place || (!rows.length && !incident.placeReason)) return null;
  return h("details", { class: "why" }, h("summary", {}, "Why this place?"),
    h("p", {}, `${incident.place.label}: ${formatPercent(incident.placeProbability)}`, incident.placeReason && ` – ${incident.placeReason}`),
    alternativeList(rows));
}

/** The places that lost, with their share and reason. */
export function alternativeList(rows) {
  if (!rows.length) return h("p", { class: "how" }, "No other place was considered.");
  return h("ul", { class: "alternatives" }, rows.map((row) =>
    h("li", {}, `${row.name} (${row.lat.toFixed(3)}° N, ${row.lon.toFixed(3)}° E): ${formatPercent(row.probability)}`, row.reason && ` – ${row.reason}`)));
}
