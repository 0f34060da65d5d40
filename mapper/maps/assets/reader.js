// The reader: an article as it is, its mentions and incident sentences marked.

import { button, h, outsideLink, scrollWithin } from "./dom.js";
import { describe, formatPercent, formatUncertainty } from "./format.js";
import { named, say, sayName, t } from "./i18n.js";
import { createSymbol, paint } from "./symbols.js";
import { alternativeList } from "./card.js";

// Kinds that say where something is; the others only lean on a place's name.
const PLACING = new Set(["literal", "relative"]);

/**
 * Build the reader.
 * @param {Model} model
 * @param {ReaderActions} actions
 */
export function createReader(model, actions) {
  /** @type {{document: Article | null, outlined: HTMLElement[]}} */
  const state = { document: null, outlined: [] };
  const picker = createPicker(model, (index) => show(model.documents[index]));
  const meta = h("div", { class: "meta" });
  const article = h("article", { class: "text", tabindex: "0", "aria-label": t("article_text") });
  const resolution = h("div", { class: "resolution", role: "region", "aria-label": t("how_resolved"), hidden: true });
  const root = h("div", { class: "reader" }, picker.root, meta, article, resolution);
  article.addEventListener("keydown", (event) => {
    if (event.key === "Escape") actions.onLeave();
  });

  /** @param {Article} document */
  function show(document) {
    if (!document || state.document === document) return;
    state.document = document;
    picker.set(document.index);
    resolution.hidden = true;
    meta.replaceChildren(
      h("h2", {}, document.name),
      h("p", {}, [document.publisher, document.published ? t("published", { day: document.published }) : t("not_published")].filter(Boolean).join(" · "), " ", outsideLink(document.url, t("original"))));
    article.lang = document.language || "";
    article.replaceChildren(...renderText(document, { onSentence: actions.onSentence, onMention: explain }));
    const [first] = /** @type {HTMLElement[]} */ ([...article.children]).filter((piece) => !piece.matches(".boilerplate") && piece.textContent.trim());
    // Front matter and menus stay above, greyed: reading starts where the article does.
    article.scrollTop = first && first.previousElementSibling ? first.offsetTop - 12 : 0;
  }

  /** @param {Mention} mention */
  function explain(mention) {
    resolution.hidden = false;
    resolution.replaceChildren(...explanation(mention, model, { onPlace: () => actions.onPlace(mention), onClose: () => { resolution.hidden = true; } }));
    actions.onPlace(mention, "peek");
  }

  function clear() {
    for (const piece of state.outlined) piece.classList.remove("open");
    state.outlined = [];
  }

  /**
   * Open the sentence of an incident: scroll to it, outline it, focus it.
   * @param {Incident} incident
   * @param {number} n
   * @param {{focus?: boolean}} [options]
   */
  function reveal(incident, n, { focus = true } = {}) {
    const piece = incident.evidence[n];
    if (!piece?.document) return;
    show(piece.document);
    outline(/** @type {Mark[]} */ ([...article.querySelectorAll("mark")]).filter((mark) => mark.spans.some((span) => span.incident === incident && span.n === n)), focus);
  }

  /**
   * Open any passage, for a problem.
   * @param {Article} document
   * @param {number} start
   * @param {number} end
   */
  function revealSpan(document, start, end) {
    show(document);
    outline(/** @type {HTMLElement[]} */ ([...article.querySelectorAll("[data-start]")]).filter((piece) => Number(piece.dataset.start) < end && Number(piece.dataset.end) > start), true);
  }

  /**
   * @param {HTMLElement[]} pieces
   * @param {boolean} focus
   */
  function outline(pieces, focus) {
    clear();
    state.outlined = pieces;
    for (const piece of pieces) piece.classList.add("open");
    const [first] = pieces;
    if (!first) return;
    if (focus) {
      first.setAttribute("tabindex", "-1");
      first.focus({ preventScroll: true });
    }
    scrollWithin(article, first);
  }

  return { root, show, reveal, revealSpan, clear };
}

/**
 * @param {Model} model
 * @param {(index: number) => void} onPick
 */
function createPicker(model, onPick) {
  const { documents } = model;
  if (documents.length < 2) return { root: h("div", { class: "picker", hidden: true }), set: () => {} };
  const select = h("select", { id: "document", "aria-label": t("article"), on: { change: () => onPick(select.selectedIndex) } },
    documents.map((document) => h("option", {}, `${document.name}${document.evidence.length ? ` (${document.evidence.length})` : ""}`)));
  /** @param {number} by */
  const step = (by) => () => onPick((select.selectedIndex + by + documents.length) % documents.length);
  return {
    root: h("div", { class: "picker" }, button("‹", step(-1), { "aria-label": t("previous_article") }), select, button("›", step(1), { "aria-label": t("next_article") })),
    set: (/** @type {number} */ index) => { select.selectedIndex = index; },
  };
}

/**
 * Cut the text where any mark begins or ends, and wrap each piece.
 * @param {Article} document
 * @param {{onSentence: ReaderActions["onSentence"], onMention: (mention: Mention) => void}} actions
 */
function renderText(document, actions) {
  const { text } = document;
  const cuts = new Set([0, text.length]);
  const flags = [];
  for (let i = 0; i < document.boilerplate.length; i += 2) flags.push({ start: document.boilerplate[i], end: document.boilerplate[i + 1] });
  const told = [...document.evidence].sort((a, b) => a.start - b.start || a.end - b.end);
  for (const span of [...flags, ...told]) cuts.add(span.start).add(span.end);
  const edges = [...cuts].filter((cut) => cut <= text.length).sort((a, b) => a - b);
  const mentions = [...document.mentions].sort((a, b) => a.start - b.start || b.end - a.end);
  const nodes = [];
  const signed = new Set();
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const [start, end] = [edges[i], edges[i + 1]];
    const spans = told.filter((span) => span.start < end && span.end > start);
    const inside = renderMentions(text, start, end, mentions, actions.onMention);
    const data = { "data-start": start, "data-end": end };
    if (spans.length) nodes.push(renderSentence(spans, inside, data, signed, actions.onSentence));
    else if (flags.some((flag) => flag.start < end && flag.end > start)) nodes.push(h("span", { class: "boilerplate", ...data }, inside));
    else nodes.push(h("span", data, inside));
  }
  return nodes;
}

/**
 * @param {ToldSpan[]} spans
 * @param {(string | Node)[]} inside
 * @param {Props} data
 * @param {Set<ToldSpan>} signed
 * @param {ReaderActions["onSentence"]} onSentence
 */
function renderSentence(spans, inside, data, signed, onSentence) {
  const mark = /** @type {Mark} */ (h("mark", { class: "sentence", ...data, on: { click: (/** @type {MouseEvent} */ event) => {
    if (/** @type {Element} */ (event.target).closest(".mention, .sign-button") || String(getSelection())) return;
    onSentence(spans[0].incident, spans[0].n);
  } } }));
  mark.spans = spans;
  paint(mark, spans[0].incident.kind);
  mark.classList.toggle("historical", spans.every((span) => span.incident.historical));
  for (const span of spans) {
    if (signed.has(span)) continue;
    signed.add(span);
    const { incident } = span;
    const sign = h("button", { type: "button", class: "sign-button", "aria-label": `${incident.place ? t("sign_placed") : t("sign_unplaced")}: ${describe(incident)}`, "data-incident": incident.index,
      on: { click: () => onSentence(incident, span.n) } });
    sign.append(createSymbol(incident.kind, incident.place ? incident.place.grade : "area"));
    mark.append(sign);
  }
  mark.append(...inside);
  return mark;
}

/**
 * @param {string} text
 * @param {number} from
 * @param {number} to
 * @param {Mention[]} mentions
 * @param {(mention: Mention) => void} onMention
 */
function renderMentions(text, from, to, mentions, onMention) {
  const nodes = [];
  let at = from;
  for (const mention of mentions) {
    if (mention.end <= at || mention.start >= to) continue;
    const start = Math.max(mention.start, at);
    const end = Math.min(mention.end, to);
    if (start > at) nodes.push(text.slice(at, start));
    const open = () => onMention(mention);
    nodes.push(h("span", { class: `mention ${mention.place && PLACING.has(mention.kind) ? "placed" : "loose"}`, role: "button", tabindex: "0", "data-mention": mention.index, on: {
      click: open,
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        open();
      },
    } }, text.slice(start, end)));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

/**
 * @param {Mention} mention
 * @param {Model} model
 * @param {{onPlace: () => void, onClose: () => void}} actions
 */
function explanation(mention, model, { onPlace, onClose }) {
  const { place } = mention;
  const surface = mention.document.text.slice(mention.start, mention.end);
  const head = h("header", {}, h("h3", {}, `“${surface}”`), button("×", onClose, { class: "close", "aria-label": t("close") }));
  const kind = h("p", { class: "how" }, named("mention", mention.kind));
  const why = mention.reason && h("p", {}, say(mention.reason));
  if (!place) return [head, kind, h("p", { class: "missing" }, t("not_placed")), why];
  return [head, kind,
    h("p", {}, h("strong", {}, sayName(place.label)), ` ${formatUncertainty(place)}`, ` (${formatPercent(mention.probability)}${mention.status === "ambiguous" ? t("ambiguous") : ""})`),
    why,
    h("p", { class: "how" }, `${place.lat.toFixed(4)}° N, ${place.lon.toFixed(4)}° E${mention.source ? ` · ${mention.source}` : ""}`),
    h("details", { class: "why" }, h("summary", {}, t("alternatives")), alternativeList(model.alternatives(mention.alternatives))),
    h("div", { class: "actions" }, button(t("show_on_map"), onPlace, { class: "primary" }))];
}
