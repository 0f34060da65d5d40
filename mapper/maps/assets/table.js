// The table: all that the map shows, in rows that can be sorted.

import { button, h } from "./dom.js";
import { facetsOf, sourcesOf } from "./filters.js";
import { formatCasualties, formatDate, formatMdlShort, formatUncertainty, formatZoneName, toneOf } from "./format.js";
import { formatCount, kindLabel, named, sayName, t } from "./i18n.js";
import { createSymbol } from "./symbols.js";

const PAGE = 100;
/**
 * What can be sorted by, in the columns where it stands.
 * @type {Column[][]}
 */
const COLUMNS = [
  [
    { key: "kind", head: "kind", value: (incident) => kindLabel(incident.kind) },
    { key: "told", head: "col_told", value: (incident) => named("assertion", incident.assertion) },
  ],
  [{ key: "when", head: "when", value: (incident) => incident.start }],
  [
    { key: "where", head: "where", value: (incident) => sayName(incident.place?.label || "") },
    { key: "uncertainty", head: "col_uncertainty", value: (incident) => (incident.place ? incident.place.extent : null) },
  ],
  [
    { key: "zone", head: "zone", value: (incident) => named("zone", facetsOf(incident).zone) },
    { key: "mdl", head: "col_mdl", value: (incident) => incident.zone?.distance ?? null },
  ],
  [
    { key: "sources", head: "col_sources", value: (incident) => sourcesOf(incident).join(", ") },
    { key: "count", head: "col_count", value: (incident) => incident.evidence.length },
  ],
];

/** @param {Incident} incident */
function cellsOf(incident) {
  const { place, zone } = incident;
  const tone = toneOf(incident);
  const soft = (/** @type {string} */ text) => text && h("span", { class: "how block" }, text);
  return {
    kind: [tone && h("span", { class: `tag ${incident.assertion}` }, tone), soft(formatCasualties(incident.casualties))],
    when: incident.start ? formatDate(incident) : h("span", { class: "missing" }, t("date_unknown")),
    where: place ? [sayName(place.label), soft(formatUncertainty(place))] : h("span", { class: "missing" }, t("not_on_map")),
    zone: place ? [zone ? formatZoneName(zone) : named("zone", "unknown"), soft(zone ? formatMdlShort(zone) : "")] : "",
  };
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
 * Build the table; it is drawn when it is looked at. An incident has two rows: what is known of
 * it, and below, in full width, its first sentence.
 * @param {{onOpen: OpenIncident}} actions
 */
export function createTable({ onOpen }) {
  /** @type {{incidents: Incident[], sorted: Incident[], column: Column | null, descending: boolean, page: number, marked: Incident | null}} */
  const state = { incidents: [], sorted: [], column: null, descending: false, page: 0, marked: null };
  const body = h("tbody", { on: { click: openRow, keydown: moveRow } });
  const heads = COLUMNS.map((columns, i) => h("th", { scope: i < 4 ? "col" : "colgroup", colspan: i < 4 ? false : 4, class: columns[0].key, "aria-sort": "none" },
    i === 4 && h("span", {}, t("col_sentence")), columns.map((column) => button(t(column.head), () => sortBy(column), { "data-sort": column.key }))));
  const where = h("span", { role: "status" });
  const back = button("‹", () => turn(-1), { "aria-label": t("previous_page") });
  const on = button("›", () => turn(1), { "aria-label": t("next_page") });
  const box = h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": t("table_label") },
    h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "number", rowspan: 2 }, t("col_number")), heads.slice(0, 4)), h("tr", {}, heads[4])), body));
  const root = h("section", { class: "table-view", hidden: true }, box, h("div", { class: "pager" }, back, where, on));

  /** @param {Column} column */
  function sortBy(column) {
    state.descending = state.column === column ? !state.descending : false;
    state.column = column;
    state.page = 0;
    const direction = state.descending ? "descending" : "ascending";
    heads.forEach((head, i) => {
      head.setAttribute("aria-sort", COLUMNS[i].includes(column) ? direction : "none");
      for (const each of head.querySelectorAll("button")) each.classList.toggle("sorted", each.dataset.sort === column.key);
    });
    sort();
    draw();
    box.scrollTop = 0;
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
    body.replaceChildren(...rows.flatMap((incident, i) => rowsOf(incident, from + i + 1)));
    where.textContent = rows.length ? t("page_of", { from: formatCount(from + 1), to: formatCount(from + rows.length), total: formatCount(state.sorted.length) }) : t("nothing_shown");
    if (rows.length && state.column) where.textContent += ` · ${t(state.descending ? "sorted_down" : "sorted_up", { column: t(state.column.head) })}`;
    back.disabled = state.page === 0;
    on.disabled = from + PAGE >= state.sorted.length;
    showMarked();
  }

  /**
   * @param {Incident} incident
   * @param {number} number
   */
  function rowsOf(incident, number) {
    const cells = cellsOf(incident);
    const [piece] = incident.evidence;
    const tellers = sourcesOf(incident);
    const origin = `${tellers[0] || ""}${tellers.length > 1 ? ` +${tellers.length - 1}` : ""}`;
    const open = h("button", { type: "button", class: "open-row" }, createSymbol(incident.kind, incident.place ? incident.place.grade : "area"), h("span", {}, kindLabel(incident.kind)));
    const data = { class: incident.historical ? "historical" : false, "data-row": incident.index };
    return [
      h("tr", { ...data, "data-incident": incident.index },
        h("td", { class: "number", rowspan: 2 }, String(number)), h("td", { class: "kind" }, open, cells.kind),
        h("td", { class: "when" }, cells.when), h("td", { class: "where" }, cells.where), h("td", { class: "zone" }, cells.zone)),
      h("tr", data, h("td", { class: "sentence", colspan: 4 }, h("div", {},
        h("span", { lang: piece?.document?.language || false, class: "quote", title: piece?.exact ?? false }, piece?.exact || incident.summary), h("span", { class: "how", title: tellers.join(", ") }, origin)))),
    ];
  }

  /** @param {Event} event */
  function rowAt(event) {
    const row = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("tr"));
    return row && state.sorted.find((incident) => incident.index === Number(row.dataset.row));
  }

  /** Anywhere in a row opens its incident; a text that is being marked does not. */
  function openRow(/** @type {Event} */ event) {
    const incident = rowAt(event);
    if (incident && !String(getSelection())) onOpen(incident);
  }

  /** Up and down go from incident to incident. */
  function moveRow(/** @type {KeyboardEvent} */ event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const all = /** @type {HTMLElement[]} */ ([...body.querySelectorAll(".open-row")]);
    const next = all[all.indexOf(/** @type {HTMLElement} */ (event.target)) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.closest("tr")?.nextElementSibling?.scrollIntoView({ block: "nearest" });
  }

  function showMarked() {
    for (const row of /** @type {NodeListOf<HTMLElement>} */ (body.querySelectorAll("tr"))) row.classList.toggle("marked", Number(row.dataset.row) === state.marked?.index);
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
    /**
     * Show which incident is open, on whatever page of the table it stands.
     * @param {Incident | null} incident
     */
    mark(incident) {
      state.marked = incident;
      if (root.hidden) return;
      const at = incident ? state.sorted.indexOf(incident) : -1;
      if (at >= 0 && Math.floor(at / PAGE) !== state.page) {
        state.page = Math.floor(at / PAGE);
        draw();
      } else {
        showMarked();
      }
      body.querySelector(".marked")?.scrollIntoView({ block: "nearest" });
    },
    sorted: () => state.sorted,
  };
}
