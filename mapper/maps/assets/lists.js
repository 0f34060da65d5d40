// Lists: all incidents, and what could not be placed, dated or read.

import { button, h } from "./dom.js";
import { ASSERTIONS, formatDate, formatUncertainty, plural } from "./format.js";
import { createSymbol } from "./symbols.js";
import { passes } from "./payload.js";

const BATCH = 100;

/** A list that grows when asked, so that 10,000 rows cost nothing until they are wanted. */
function growingList(items, renderItem, name) {
  const list = h("ol", { class: "rows" });
  const more = button("", () => grow(), { class: "more" });
  let shown = 0;
  function grow() {
    list.append(...items.slice(shown, shown + BATCH).map(renderItem));
    shown = Math.min(items.length, shown + BATCH);
    more.hidden = shown >= items.length;
    more.textContent = `Show ${Math.min(BATCH, items.length - shown)} more of ${plural(items.length, name)}`;
  }
  grow();
  return [list, more];
}

function incidentRow(incident, onOpen) {
  const tone = ASSERTIONS[incident.assertion];
  const quote = incident.evidence[0]?.exact || "";
  return h("li", {},
    h("button", { type: "button", class: incident.historical ? "row historical" : "row", "data-incident": incident.index, on: { click: () => onOpen(incident) } },
      createSymbol(incident.kind, incident.place ? incident.place.grade : "area"),
      h("span", { class: "row-body" },
        h("span", { class: "row-head" }, h("strong", {}, incident.kind.label), tone && h("span", { class: `tag ${incident.assertion}` }, tone)),
        h("span", { class: incident.start ? "row-when" : "row-when missing" }, formatDate(incident)),
        h("span", { class: incident.place ? "row-where" : "row-where missing" }, incident.place ? `${incident.place.label}, ${formatUncertainty(incident.place)}` : "Not on the map"),
        h("span", { class: "row-quote" }, quote || incident.summary))));
}

/** All incidents that pass the filters, with a search box. */
export function createIncidentList(model, view, { onOpen, onFilter }) {
  const body = h("div", { class: "list-body" });
  const status = h("p", { class: "status", role: "status" });
  const search = h("input", { type: "search", id: "search", placeholder: "Search places, people, words", "aria-label": "Search incidents", on: { input: () => {
    view.query = search.value.trim().toLowerCase();
    onFilter();
  } } });
  let stale = true;
  /** Draw the list when it is looked at, not before. */
  function show() {
    if (!stale) return;
    stale = false;
    const shown = model.incidents.filter((incident) => passes(incident, view));
    status.textContent = shown.length === model.incidents.length ? plural(shown.length, "incident") : `${shown.length.toLocaleString("en-US")} of ${plural(model.incidents.length, "incident")} shown`;
    body.replaceChildren(...growingList(shown, (incident) => incidentRow(incident, onOpen), "incident"));
  }
  function refresh() {
    stale = true;
    if (body.isConnected && body.offsetParent) show();
  }
  return { root: h("div", { class: "list" }, h("div", { class: "list-tools" }, search, status), body), refresh, show };
}

/** What is missing from the map, and why: never hidden. */
export function createGaps(model, { onOpen, onSpan }) {
  const unplaced = model.incidents.filter((incident) => !incident.place);
  const undated = model.incidents.filter((incident) => !incident.start);
  const unresolved = model.mentions.filter((mention) => mention.status === "abstained");
  const total = unplaced.length + undated.length + model.problems.length;
  const reasonFor = reasons(model);
  const section = (title, note, items, render, name) => h("section", {}, h("h2", {}, `${title} (${items.length.toLocaleString("en-US")})`), h("p", { class: "how" }, note), items.length ? growingList(items, render, name) : h("p", { class: "none" }, "None."));
  const root = h("div", { class: "list gaps" },
    section("Not on the map", "Found in a text, but no place could be given honestly.", unplaced, (incident) => {
      const row = incidentRow(incident, onOpen);
      const why = incident.placeReason || reasonFor(incident);
      if (why) row.append(h("p", { class: "reason" }, why));
      return row;
    }, "incident"),
    section("Without a date", "No date in the text, or none that can be worked out without the day of publication. The publication date is never used in its place.", undated, (incident) => incidentRow(incident, onOpen), "incident"),
    section("Problems", "What could not be read, found, placed or dated.", model.problems, (problem) => problemRow(problem, onSpan), "problem"),
    section("Names without a place", "Names that were recognized but not put anywhere.", unresolved, (mention) => h("li", {},
      h("button", { type: "button", class: "row", on: { click: () => onSpan(mention.document, mention.start, mention.end) } },
        h("span", { class: "row-body" }, h("strong", {}, mention.document.text.slice(mention.start, mention.end)), h("span", { class: "row-quote" }, mention.reason)))), "name"));
  return { root, total };
}

function reasons(model) {
  return (incident) => {
    const [first] = incident.evidence;
    if (!first?.document) return "";
    const found = model.problems.find((problem) => problem.document === first.document && problem.start >= 0 && problem.start < first.end && problem.end > first.start);
    return found ? found.message : "";
  };
}

function problemRow(problem, onSpan) {
  const body = h("span", { class: "row-body" },
    h("span", { class: "row-head" }, h("strong", {}, problem.code.replaceAll("_", " ")), h("span", { class: "row-when" }, `at “${problem.stage}”`)),
    h("span", { class: "row-message" }, problem.message),
    problem.document && h("span", { class: "row-where" }, problem.document.name));
  if (!problem.document || problem.start < 0) return h("li", {}, h("div", { class: "row" }, body));
  return h("li", {}, h("button", { type: "button", class: "row", on: { click: () => onSpan(problem.document, problem.start, problem.end) } }, body));
}
