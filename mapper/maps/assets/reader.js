// The reader: an article as it is, its mentions and incident sentences marked.

import { button, h, outsideLink, scrollWithin } from "./dom.js";
import { growingList } from "./lists.js";
import { describe, formatPercent, formatUncertainty } from "./format.js";
import { formatCount, named, plural, say, sayName, t } from "./i18n.js";
import { createSymbol, paint } from "./symbols.js";
import { alternativeList } from "./card.js";

// Kinds that say where something is; the others only lean on a place's name.
const PLACING = new Set(["literal", "relative"]);
// A list that one can still look through; a longer one is searched.
const FEW_ARTICLES = 40;
const FIRST_WORDS = 60; // characters
const NAME_END = 12;
// What Markdown and hard line breaks put into a text: there, but not what one reads.
const MARKUP = /^ {0,3}#{1,6} +|\*\*|__(?=\S)|(?<=\S)__|!?\[(?=[^\]\n]*\]\(\S+\))|(?<=\[[^\]\n]*)\]\([^)\s]+\)/gm;
const BLANK_LINES = /(?<=\n[ \t]*\n)[ \t]*\n(?:[ \t]*\n)*/g;
const WRAP_LEAST = 45;
const WRAP_MOST = 100;

/**
 * Build the reader.
 * @param {Model} model
 * @param {ReaderActions} actions
 */
export function createReader(model, actions) {
  /** @type {{document: Article | null, outlined: HTMLElement[]}} */
  const state = { document: null, outlined: [] };
  const anyPublished = model.documents.some(({ published }) => published);
  const picker = createPicker(model, (index) => show(model.documents[index]));
  const meta = h("div", { class: "meta" });
  const article = h("article", { class: "text", tabindex: "0", "aria-label": t("article_text") });
  const resolution = h("div", { class: "resolution", role: "region", "aria-label": t("how_resolved"), hidden: true });
  const root = h("div", { class: "reader" }, picker.root, meta, createKey(), article, resolution);
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
      h("p", {}, [document.publisher, document.published ? t("published", { day: document.published }) : anyPublished && t("not_published")].filter(Boolean).join(" · "), " ", outsideLink(document.url, t("original"))));
    article.lang = document.language || "";
    article.replaceChildren(...renderText(document, { onSentence: actions.onSentence, onMention: explain }));
    const [first] = /** @type {HTMLElement[]} */ ([...article.children]).filter((piece) => !piece.matches(".boilerplate") && piece.textContent.trim());
    // Front matter and menus stay above, greyed: reading starts where the article does.
    article.scrollTop = first && first.previousElementSibling ? first.offsetTop - 12 : 0;
  }

  /** @param {Mention} mention */
  function explain(mention) {
    resolution.hidden = false;
    resolution.replaceChildren(...explanation(mention, model, { onPlace: (place) => actions.onPlace({ place }), onClose: () => {
      resolution.hidden = true;
      ask(null);
    } }));
    ask(mention);
    actions.onPlace(mention, "peek");
  }

  /** @param {Mention | null} mention */
  function ask(mention) {
    for (const each of article.querySelectorAll(".mention.asked")) each.classList.remove("asked");
    if (mention) for (const each of article.querySelectorAll(`[data-mention="${mention.index}"]`)) each.classList.add("asked");
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

/** What the marks of a text mean, in themselves. */
function createKey() {
  const sample = (/** @type {string} */ key, /** @type {string} */ names) => h("span", { class: names }, t(key));
  return h("p", { class: "key" }, sample("key_incident", "told"), " ", sample("key_background", "told historical"), " ", sample("key_placed", "name placed"), " ", sample("key_loose", "name"));
}

/**
 * What an article is called in a list: a file's bare name says little without its first words.
 * @param {Article} document
 */
function entryName(document) {
  if (document.title) return document.title;
  let at = 0;
  for (let i = 0; i < document.boilerplate.length && document.boilerplate[i] <= at + 2; i += 2) at = document.boilerplate[i + 1];
  const words = document.text.slice(at, at + 4 * FIRST_WORDS).replace(/^[\s#*>-]+|\s+/g, " ").trim();
  return `${document.name}: ${words.length > FIRST_WORDS ? `${words.slice(0, FIRST_WORDS).replace(/\s+\S*$/, "")} …` : words}`;
}

/**
 * @param {Model} model
 * @param {(index: number) => void} onPick
 */
function createPicker(model, onPick) {
  const { documents } = model;
  if (documents.length < 2) return { root: h("div", { class: "picker", hidden: true }), set: () => {} };
  let at = 0;
  /** @param {number} by */
  const step = (by) => () => onPick((at + by + documents.length) % documents.length);
  const chooser = documents.length <= FEW_ARTICLES ? createSelect(documents, onPick) : createSearch(documents, onPick);
  return {
    root: h("div", { class: "picker" }, button("‹", step(-1), { "aria-label": t("previous_article") }), chooser.root, button("›", step(1), { "aria-label": t("next_article") })),
    set: (/** @type {number} */ index) => {
      at = index;
      chooser.set(index);
    },
  };
}

/**
 * @param {Article[]} documents
 * @param {(index: number) => void} onPick
 */
function createSelect(documents, onPick) {
  const select = h("select", { id: "document", "aria-label": t("article"), on: { change: () => onPick(select.selectedIndex) } },
    documents.map((document) => h("option", {}, `${entryName(document)}${document.evidence.length ? ` (${document.evidence.length})` : ""}`)));
  return { root: select, set: (/** @type {number} */ index) => { select.selectedIndex = index; } };
}

/**
 * A list of thousands: searched by title, source, day and words of the text, drawn in parts.
 * @param {Article[]} documents
 * @param {(index: number) => void} onPick
 */
function createSearch(documents, onPick) {
  const label = h("summary", { class: "chosen" });
  const box = h("input", { type: "search", "aria-label": t("search_articles"), placeholder: t("search_articles"), on: { input: list } });
  const found = h("div", { class: "found" });
  const root = h("details", { id: "document", class: "articles" }, label, h("div", { class: "articles-body" }, box, found));
  root.addEventListener("toggle", () => {
    if (!root.open) return;
    list();
    box.focus();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    root.open = false;
    label.focus();
  });
  function list() {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const passes = (/** @type {Article} */ document) => {
      const text = `${document.name}\n${document.publisher}\n${document.published}\n${document.text}`.toLowerCase();
      return words.every((word) => text.includes(word));
    };
    const items = words.length ? documents.filter(passes) : documents;
    found.replaceChildren(...(items.length ? growingList(items, entry, "article") : [h("p", { class: "none" }, t("no_article_found"))]));
  }
  /** @param {Article} document */
  const entry = (document) => h("li", {}, h("button", { type: "button", class: "row", on: { click: () => {
    root.open = false;
    onPick(document.index);
    label.focus();
  } } }, h("span", { class: "row-body" }, h("span", {}, entryName(document)),
    h("span", { class: "row-when" }, [document.publisher, document.published, document.evidence.length && plural(new Set(document.evidence.map(({ incident }) => incident)).size, "incident")].filter(Boolean).join(" · ")))));
  return { root, set: (/** @type {number} */ index) => {
    // The end of a long name is what tells rows and files apart.
    const name = [...documents[index].name];
    label.replaceChildren(h("span", { class: "chosen-start" }, `${formatCount(index + 1)} / ${formatCount(documents.length)} · ${name.slice(0, -NAME_END).join("")}`), h("span", {}, name.slice(-NAME_END).join("")));
  } };
}

/**
 * What in a text is there for machines: marks of Markdown, line breaks of a fixed width, more
 * than one blank line. Nothing is taken out, for offsets must hold; the style sheet hushes it.
 * @param {string} text
 * @returns {{start: number, end: number, name: string}[]} in order, apart from each other
 */
export function quietParts(text) {
  const parts = [...text.matchAll(MARKUP)].map((found) => ({ start: found.index, end: found.index + found[0].length, name: "markup" }));
  for (const found of text.matchAll(BLANK_LINES)) parts.push({ start: found.index, end: found.index + found[0].length, name: "wrap" });
  const lines = text.split("\n");
  const long = lines.filter((line) => line.length > WRAP_MOST).length;
  let at = 0;
  lines.forEach((line, i) => {
    at += line.length + 1;
    const next = lines[i + 1];
    if (long || line.length < WRAP_LEAST || !next?.trim() || /^\s*(?:[-*#>|•]|\d+[.)] )/.test(next) || /^\s*[#>|]/.test(line)) return;
    parts.push({ start: at - 1, end: at, name: "wrap" });
  });
  return parts.sort((a, b) => a.start - b.start).filter((part, i, all) => i === 0 || part.start >= all[i - 1].end);
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
  const quiet = quietParts(text);
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const [start, end] = [edges[i], edges[i + 1]];
    const spans = told.filter((span) => span.start < end && span.end > start);
    const inside = renderMentions(text, start, end, mentions, quiet, actions.onMention);
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
  mark.title = [...new Set(spans.map(({ incident }) => describe(incident)))].join("\n");
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
 * @param {{start: number, end: number, name: string}[]} quiet
 * @param {(mention: Mention) => void} onMention
 */
function renderMentions(text, from, to, mentions, quiet, onMention) {
  /** @type {(string | Node)[]} */
  const nodes = [];
  /**
   * @param {number} start
   * @param {number} end
   */
  const plain = (start, end) => nodes.push(...hush(text, start, end, quiet));
  let at = from;
  for (const mention of mentions) {
    if (mention.end <= at || mention.start >= to) continue;
    const start = Math.max(mention.start, at);
    const end = Math.min(mention.end, to);
    if (start > at) plain(at, start);
    const open = () => onMention(mention);
    nodes.push(h("span", { class: `mention ${mention.place && PLACING.has(mention.kind) ? "placed" : "loose"}`, role: "button", tabindex: "0", "data-mention": mention.index, on: {
      click: open,
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        open();
      },
    } }, hush(text, start, end, quiet)));
    at = end;
  }
  if (at < to) plain(at, to);
  return nodes;
}

/**
 * @param {string} text
 * @param {number} from
 * @param {number} to
 * @param {{start: number, end: number, name: string}[]} quiet
 * @returns {(string | Node)[]}
 */
function hush(text, from, to, quiet) {
  const nodes = [];
  let at = from;
  // Halving: a long text has thousands of line breaks.
  let low = 0;
  let high = quiet.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (quiet[middle].end <= from) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < quiet.length && quiet[i].start < to; i += 1) {
    const start = Math.max(quiet[i].start, at);
    const end = Math.min(quiet[i].end, to);
    if (start > at) nodes.push(text.slice(at, start));
    nodes.push(h("span", { class: quiet[i].name }, text.slice(start, end)));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

/**
 * @param {Mention} mention
 * @param {Model} model
 * @param {{onPlace: (place: Located) => void, onClose: () => void}} actions
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
    h("details", { class: "why" }, h("summary", {}, t("alternatives")), alternativeList(model.alternatives(mention.alternatives), onPlace)),
    h("div", { class: "actions" }, button(t("show_on_map"), () => onPlace(place), { class: "primary" }))];
}
