// The card of an incident: what, when, where, how sure, in whose words.

import { button, h, outsideLink } from "./dom.js";
import { formatCasualties, formatDate, formatPercent, formatUncertainty, formatZone, summaryBeyond, toneOf } from "./format.js";
import { kindLabel, named, plural, say, sayName, t, wordOf } from "./i18n.js";
import { createSymbol, paint } from "./symbols.js";

// Metres: the circle that shows where a place lies of which no more than a point is told.
const ALTERNATIVE_M = 3000;
// Characters: about six lines of a card.
const LONG_QUOTE = 260;

/**
 * Build the card of an incident.
 * @param {Incident} incident
 * @param {Model} model
 * @param {{onText: (n: number) => void, onClose: () => void, onPlace: (place: Located) => void, onStep: ((by: number) => void) | null, at?: number}} actions
 */
export function createCard(incident, model, { onText, onClose, onPlace, onStep, at = 0 }) {
  const tone = toneOf(incident);
  const heading = h("h2", {}, createSymbol(incident.kind), h("span", {}, kindLabel(incident.kind)), tone && h("span", { class: `tag ${incident.assertion}` }, tone));
  const summary = summaryBeyond(incident);
  const { quote, actions } = sources(incident, onText, at);
  // What one does stands below what one reads, in sight however long the card is.
  const card = h("section", { class: "card", "aria-label": kindLabel(incident.kind) },
    h("header", {}, heading, h("span", { class: "steps" },
      onStep && [-1, 1].map((by) => button(by < 0 ? "↑" : "↓", () => onStep(by), { class: "close", "data-step": by, "aria-label": t(by < 0 ? "previous_incident" : "next_incident"), title: t(by < 0 ? "previous_incident" : "next_incident") })),
      button("×", onClose, { class: "close", "aria-label": t("close") }))),
    h("div", { class: "card-body", tabindex: "0", role: "region", "aria-label": t("card_label") },
      summary && h("p", { class: "summary", title: t("summary_note") }, summary),
      facts(incident),
      quote,
      claimTable(incident, model),
      knownFacts(incident),
      alternatives(incident, model, onPlace)),
    actions);
  paint(card, incident.kind);
  // A button that redraws its own row is gone when Leaflet looks where the click came from.
  card.addEventListener("click", (event) => event.stopPropagation());
  return card;
}

/** @param {Incident} incident */
function facts(incident) {
  const { place, zone } = incident;
  /**
   * @param {string} name
   * @param {...Child} value
   */
  const row = (name, ...value) => [h("dt", {}, name), h("dd", {}, ...value)];
  const dated = incident.start
    ? [formatDate(incident), incident.whenText && h("span", { class: "how" }, t("from_words", { words: incident.whenText }))]
    : [h("span", { class: "missing" }, t("date_unknown")), incident.whenMethod && h("span", { class: "how" }, ` (${say(incident.whenMethod.replaceAll("_", " "))})`)];
  const placed = place
    ? [sayName(place.label), h("span", { class: "how" }, ` ${formatUncertainty(place)}`), !incident.stated && h("span", { class: "how" }, t("not_in_sentence"))]
    : [h("span", { class: "missing" }, t("not_on_map")), incident.placeReason && h("span", { class: "how" }, ` (${say(incident.placeReason)})`)];
  const actors = incident.actors.map(({ name, side, role }) => [name, [side && wordOf("actor", side), role && wordOf("role", role)].filter(Boolean).join(", ")].filter(Boolean));
  const harm = formatCasualties(incident.casualties);
  return h("dl", { class: "facts" },
    row(t("when"), ...dated),
    row(t("where"), ...placed),
    zone && row(t("zone"), formatZone(zone)),
    actors.length > 0 && row(t("who"), actors.map(([name, more]) => (more ? `${name} (${more})` : name)).join("; ")),
    harm && row(t("harm"), harm));
}

/**
 * @param {Incident} incident
 * @param {(n: number) => void} onText
 * @param {number} first
 */
function sources(incident, onText, first) {
  const total = incident.evidence.length;
  if (!total) return { quote: h("p", { class: "missing" }, t("no_sentence")), actions: null };
  const origins = new Set(incident.evidence.map((piece) => piece.document)).size;
  const counted = origins === total ? plural(total, "source") : t("sentences_in", { total, sources: plural(origins, "source") });
  let at = Math.min(first, total - 1);
  const quote = h("div", { class: "sources" });
  const actions = h("div", { class: "actions" });
  const draw = () => {
    const piece = incident.evidence[at];
    const origin = [piece.document?.name, piece.document?.publisher].filter(Boolean).join(" · ");
    /** @param {number} step */
    const move = (step) => () => {
      at = (at + step + total) % total;
      draw();
      onText(at);
    };
    const long = piece.exact.length > LONG_QUOTE;
    const words = h("blockquote", { lang: piece.document?.language || false, class: long && "clipped" }, piece.exact);
    const whole = long && button(t("whole_sentence"), () => {
      words.classList.remove("clipped");
      /** @type {HTMLElement} */ (whole).remove();
    }, { class: "link" });
    quote.replaceChildren(words, h("p", { class: "origin" }, whole || "", " ", origin || t("no_text_here")));
    actions.replaceChildren(...[
      total > 1 && button("‹", move(-1), { "aria-label": t("previous_sentence") }),
      h("span", { class: "count" }, t("which_of", { at: at + 1, total: counted })),
      total > 1 && button("›", move(1), { "aria-label": t("next_sentence") }),
      piece.document && button(t("show_in_text"), () => onText(at), { class: "primary" }),
      outsideLink(piece.url, t("open_original"))].flatMap((node) => node || []));
  };
  draw();
  return { quote, actions };
}

/**
 * What each source says, side by side, with what they do not agree on.
 * @param {Incident} incident
 * @param {Model} model
 */
function claimTable({ claims }, model) {
  if (claims.length < 2) return null;
  /** @param {string} key */
  const kindOf = (key) => kindLabel(model.kinds.find((kind) => kind.key === key) || { label: key.replaceAll("_", " ") });
  /** @type {[string, (claim: Claim) => string][]} */
  const values = [
    [t("kind"), (claim) => `${kindOf(claim.kind)}${claim.assertion === "asserted" ? "" : ` (${named("assertion", claim.assertion).toLowerCase()})`}`],
    [t("when"), (claim) => (claim.when.start ? formatDate(claim.when) : "")],
    [t("where"), (claim) => (claim.place ? sayName(claim.place.label) : "")],
    [t("harm"), (claim) => formatCasualties(claim.casualties)],
  ];
  const rows = values.map(([name, value]) => {
    const cells = claims.map(value);
    return { name, cells, differs: new Set(cells.filter(Boolean)).size > 1 };
  });
  const differing = rows.filter((row) => row.differs).map((row) => row.name.toLowerCase());
  return h("details", { class: "claims", open: differing.length > 0 }, h("summary", {}, t("claims")),
    h("p", { class: differing.length ? "differ" : "how" }, differing.length ? t("claims_differ", { what: differing.join(", ") }) : t("claims_agree")),
    h("div", { class: "claims-box", tabindex: "0", role: "region", "aria-label": t("claims") }, h("table", {},
      h("thead", {}, h("tr", {}, h("td", {}), claims.map((claim) => h("th", { scope: "col" }, claim.documents.map((document) => document.publisher || document.name).join(", "))))),
      h("tbody", {}, rows.filter((row) => row.cells.some(Boolean)).map((row) => h("tr", { class: row.differs ? "differ" : "" }, h("th", { scope: "row" }, row.name),
        row.cells.map((cell) => (cell ? h("td", {}, cell) : h("td", { class: "missing" }, t("not_said"))))))))));
}

/**
 * What a register adds: kept apart from what the texts say.
 * @param {Incident} incident
 */
function knownFacts({ known }) {
  return known.map((fact) => h("section", { class: "known" }, h("h3", {}, t("known")),
    h("p", {}, h("strong", {}, fact.title)),
    h("p", {}, [fact.when.start && formatDate(fact.when), sayName(fact.place), fact.people.join(", "), formatCasualties(fact.casualties)].filter(Boolean).join(" · ")),
    fact.note && h("p", {}, fact.note),
    h("p", { class: "how" }, t("known_match", { share: formatPercent(fact.probability), reason: say(fact.reason) })),
    h("p", { class: "how" }, `${fact.register} ${fact.entry}: ${fact.sources}`)));
}

/**
 * @param {Incident} incident
 * @param {Model} model
 * @param {(place: Located) => void} onPlace
 */
function alternatives(incident, model, onPlace) {
  const rows = model.alternatives(incident.alternatives);
  if (!incident.place || (!rows.length && !incident.placeReason)) return null;
  return h("details", { class: "why" }, h("summary", {}, t("why_place")),
    h("p", {}, `${sayName(incident.place.label)}: ${formatPercent(incident.placeProbability)}`, incident.placeReason && ` – ${say(incident.placeReason)}`),
    alternativeList(rows, onPlace));
}

/**
 * The places that lost, with their share and reason; each can be looked at on the map.
 * @param {Alternative[]} rows
 * @param {(place: Located) => void} onPlace
 */
export function alternativeList(rows, onPlace) {
  if (!rows.length) return h("p", { class: "how" }, t("no_alternative"));
  return h("ul", { class: "alternatives" }, rows.map((row) => {
    const { name: label, lat, lon } = row;
    const look = () => onPlace({ label, lat, lon, uncertainty: ALTERNATIVE_M, extent: ALTERNATIVE_M, grade: "near", shape: null, isLine: false });
    return h("li", {}, button(label, look, { class: "link", title: t("show_on_map") }), ` (${lat.toFixed(3)}° N, ${lon.toFixed(3)}° E): ${formatPercent(row.probability)}`, row.reason && ` – ${say(row.reason)}`);
  }));
}
