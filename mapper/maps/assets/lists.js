// Lists: all incidents, and what could not be placed, dated or read.

import { button, h } from "./dom.js";
import { formatDate, toneOf, whereOf } from "./format.js";
import { formatCount, kindLabel, named, plural, say, t } from "./i18n.js";
import { createSymbol } from "./symbols.js";

const BATCH = 100;

/**
 * A list that grows when asked, so that 10,000 rows cost nothing until they are wanted.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => Node} renderItem
 * @param {string} name
 */
export function growingList(items, renderItem, name) {
  const list = h("ol", { class: "rows" });
  const more = button("", () => grow(), { class: "more" });
  let shown = 0;
  function grow() {
    list.append(...items.slice(shown, shown + BATCH).map(renderItem));
    shown = Math.min(items.length, shown + BATCH);
    more.hidden = shown >= items.length;
    more.textContent = t("show_more", { count: Math.min(BATCH, items.length - shown), total: plural(items.length, name) });
  }
  grow();
  return [list, more];
}

/**
 * @param {Incident} incident
 * @param {OpenIncident} onOpen
 */
function incidentRow(incident, onOpen) {
  const tone = toneOf(incident);
  const quote = incident.evidence[0]?.exact || "";
  return h("li", {},
    h("button", { type: "button", class: incident.historical ? "row historical" : "row", "data-incident": incident.index, on: { click: () => onOpen(incident) } },
      createSymbol(incident.kind, incident.place ? incident.place.grade : "area"),
      h("span", { class: "row-body" },
        h("span", { class: "row-head" }, h("strong", {}, kindLabel(incident.kind)), tone && h("span", { class: `tag ${incident.assertion}` }, tone)),
        h("span", { class: incident.start ? "row-when" : "row-when missing" }, formatDate(incident)),
        h("span", { class: incident.place ? "row-where" : "row-where missing" }, incident.place ? whereOf(incident) : t("not_on_map")),
        h("span", { class: "row-quote" }, quote || incident.summary))));
}

/**
 * All incidents that pass the filters, drawn when they are looked at, not before.
 * @param {{onOpen: OpenIncident}} actions
 */
export function createIncidentList({ onOpen }) {
  const body = h("div", { class: "list-body" });
  /** @type {Incident[]} */
  let shown = [];
  let stale = true;
  function show() {
    if (!stale) return;
    stale = false;
    body.replaceChildren(...(shown.length ? growingList(shown, (incident) => incidentRow(incident, onOpen), "incident") : [h("p", { class: "none" }, t("nothing_shown"))]));
  }
  /** @param {Incident[]} incidents */
  function refresh(incidents) {
    shown = incidents;
    stale = true;
    if (body.isConnected && body.offsetParent) show();
  }
  return { root: h("div", { class: "list" }, body), refresh, show };
}

/**
 * What is missing from the map, and why: never hidden.
 * @param {Model} model
 * @param {{onOpen: OpenIncident, onSpan: OpenSpan}} actions
 */
export function createGaps(model, { onOpen, onSpan }) {
  const unplaced = model.incidents.filter((incident) => !incident.place);
  const undated = model.incidents.filter((incident) => !incident.start);
  const unresolved = model.mentions.filter((mention) => mention.status === "abstained");
  const total = unplaced.length + undated.length + model.problems.length;
  const reasonFor = reasons(model);
  /**
   * @template T
   * @param {string} title
   * @param {string} note
   * @param {T[]} items
   * @param {(item: T) => Node} render
   * @param {string} name
   */
  const section = (title, note, items, render, name) => h("section", {}, h("h2", {}, `${title} (${formatCount(items.length)})`), h("p", { class: "how" }, note), items.length ? growingList(items, render, name) : h("p", { class: "none" }, t("none_found")));
  const root = h("div", { class: "list gaps" },
    section(t("gap_unplaced"), t("gap_unplaced_note"), unplaced, (incident) => {
      const row = incidentRow(incident, onOpen);
      const why = incident.placeReason || reasonFor(incident);
      if (why) row.append(h("p", { class: "reason" }, say(why)));
      return row;
    }, "incident"),
    section(t("gap_undated"), t("gap_undated_note"), undated, (incident) => incidentRow(incident, onOpen), "incident"),
    section(t("gap_problems"), t("gap_problems_note"), model.problems, (problem) => problemRow(problem, onSpan), "problem"),
    section(t("gap_names"), t("gap_names_note"), unresolved, (mention) => h("li", {},
      h("button", { type: "button", class: "row", on: { click: () => onSpan(mention.document, mention.start, mention.end) } },
        h("span", { class: "row-body" }, h("strong", {}, mention.document.text.slice(mention.start, mention.end)), h("span", { class: "row-quote" }, say(mention.reason))))), "name"));
  return { root, total };
}

/**
 * @param {Model} model
 * @returns {(incident: Incident) => string}
 */
function reasons(model) {
  return (incident) => {
    const [first] = incident.evidence;
    if (!first?.document) return "";
    const found = model.problems.find((problem) => problem.document === first.document && problem.start >= 0 && problem.start < first.end && problem.end > first.start);
    return found ? found.message : "";
  };
}

/**
 * @param {Problem} problem
 * @param {OpenSpan} onSpan
 */
function problemRow(problem, onSpan) {
  const body = h("span", { class: "row-body" },
    h("span", { class: "row-head" }, h("strong", {}, named("problem", problem.code))),
    h("span", { class: "row-message" }, say(problem.message)),
    problem.document && h("span", { class: "row-where" }, problem.document.name));
  const { document } = problem;
  if (!document || problem.start < 0) return h("li", {}, h("div", { class: "row" }, body));
  return h("li", {}, h("button", { type: "button", class: "row", on: { click: () => onSpan(document, problem.start, problem.end) } }, body));
}
