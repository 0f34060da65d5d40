// The table: all that the map shows, in rows that can be sorted.

import { button, h } from "./dom.js";
import { facetsOf, sourcesOf } from "./filters.js";
import { formatDate, formatUncertainty } from "./format.js";
import { formatCount, kindLabel, named, t } from "./i18n.js";

const PAGE = 100;
/** @type {Column[]} */
const COLUMNS = [
  { key: "kind", head: "kind", value: (incident) => kindLabel(incident.kind) },
  { key: "when", head: "when", value: (incident) => incident.start, show: formatDate },
  { key: "where", head: "where", value: (incident) => incident.place?.label || "", show: (incident) => incident.place?.label || t("not_on_map") },
  { key: "uncertainty", head: "col_uncertainty", value: (incident) => (incident.place ? incident.place.extent : null), show: (incident) => (incident.place ? formatUncertainty(incident.place) : "") },
  { key: "zone", head: "zone", value: (incident) => named("zone", facetsOf(incident).zone), show: showZone },
  { key: "side", head: "col_side", value: (incident) => (incident.zone ? named("side", incident.zone.side) : "") },
  { key: "mdl", head: "col_mdl", value: (incident) => incident.zone?.distance ?? null, show: (incident) => (incident.zone?.distance === null || !incident.zone ? "" : formatCount(incident.zone.distance)), number: true },
  { key: "told", head: "col_told", value: (incident) => named("assertion", incident.assertion) },
  { key: "sources", head: "col_sources", value: (incident) => sourcesOf(incident).join(", ") },
  { key: "sentence", head: "col_sentence", value: (incident) => incident.evidence[0]?.exact || incident.summary },
];

/** @param {Incident} incident */
function showZone(incident) {
  const { zone, certainty } = facetsOf(incident);
  return certainty === "possible" ? `${named("zone", zone)} (${t("certainty_possible").toLowerCase()})` : named("zone", zone);
}

/**
 * Sort by a column; what has no value comes last either way, ties keep their order.
 * @param {Incident[]} incidents
 * @param {(incident: Incident) => string|number|null} value
 * @param {boolean} descending
 */
export function sortIncidents(incidents, value, descending) {
  const sign = descending ? -1 : 1;
  const keyed = incidents.map((incident, at) => ({ incident, at, key: value(incident) }));
  const missing = (/** @type {string | number | null} */ key) => key === "" || key === null;
  keyed.sort((a, b) => {
    if (missing(a.key) || missing(b.key)) return Number(missing(a.key)) - Number(missing(b.key)) || a.at - b.at;
    if (a.key === b.key) return a.at - b.at;
    return (/** @type {string} */ (a.key) < /** @type {string} */ (b.key) ? -1 : 1) * sign;
  });
  return keyed.map(({ incident }) => incident);
}

/**
 * Build the table; it is drawn when it is looked at.
 * @param {{onOpen: OpenIncident}} actions
 */
export function createTable({ onOpen }) {
  /** @type {{incidents: Incident[], sorted: Incident[], column: Column | null, descending: boolean, page: number}} */
  const state = { incidents: [], sorted: [], column: null, descending: false, page: 0 };
  const body = h("tbody", {});
  const heads = COLUMNS.map((column) => h("th", { scope: "col", "aria-sort": "none" }, button(t(column.head), () => sortBy(column))));
  const where = h("span", { role: "status" });
  const back = button("‹", () => turn(-1), { "aria-label": t("previous_page") });
  const on = button("›", () => turn(1), { "aria-label": t("next_page") });
  const box = h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": t("table_label") },
    h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "number" }, t("col_number")), heads)), body));
  const root = h("section", { class: "table-view", hidden: true }, box, h("div", { class: "pager" }, back, where, on));

  /** @param {Column} column */
  function sortBy(column) {
    state.descending = state.column === column ? !state.descending : false;
    state.column = column;
    state.page = 0;
    heads.forEach((head, i) => head.setAttribute("aria-sort", COLUMNS[i] !== column ? "none" : state.descending ? "descending" : "ascending"));
    sort();
    draw();
  }

  function sort() {
    state.sorted = state.column ? sortIncidents(state.incidents, state.column.value, state.descending) : state.incidents;
  }

  /** @param {number} step */
  function turn(step) {
    state.page += step;
    draw();
    box.scrollTop = 0;
  }

  function draw() {
    if (root.hidden) return;
    const from = state.page * PAGE;
    const rows = state.sorted.slice(from, from + PAGE);
    body.replaceChildren(...rows.map((incident, i) => row(incident, from + i + 1)));
    where.textContent = rows.length ? t("page_of", { from: formatCount(from + 1), to: formatCount(from + rows.length), total: formatCount(state.sorted.length) }) : t("nothing_shown");
    back.disabled = state.page === 0;
    on.disabled = from + PAGE >= state.sorted.length;
  }

  /**
   * @param {Incident} incident
   * @param {number} number
   */
  function row(incident, number) {
    return h("tr", { class: incident.historical ? "historical" : "", "data-incident": incident.index },
      h("td", { class: "number" }, String(number)),
      COLUMNS.map((column, i) => {
        const text = (column.show || column.value)(incident);
        return h("td", { class: `${column.key}${column.number ? " number" : ""}` }, i === 0 ? button(text, () => onOpen(incident), { class: "open-row" }) : column.key === "sentence" ? h("span", {}, text) : text);
      }));
  }

  return {
    root,
    /** @param {Incident[]} shown */
    refresh(shown) {
      state.incidents = shown;
      state.page = 0;
      sort();
      draw();
    },
    /** @param {boolean} isOn */
    show(isOn) {
      root.hidden = !isOn;
      draw();
    },
    sorted: () => state.sorted,
  };
}
