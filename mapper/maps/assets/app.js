// The page: map and panel, and the way between them.

import { button, h, isPhone, part, reducedMotion } from "./dom.js";
import { formatCount, language, plural, say, sayName, setWords, t } from "./i18n.js";
import { formatZone } from "./format.js";
import { FACETS, applyFilters, createView, facetsOf, isUntouched, keepAddress, readAddress } from "./filters.js";
import { readElement, readPayload, ringsOf } from "./payload.js";
import { LINE, accuracyOf, drawLayers, watchLimits } from "./basemap.js";
import { createNames } from "./names.js";
import { createMarkers } from "./markers.js";
import { createTimeline } from "./timeline.js";
import { createCard } from "./card.js";
import { createReader } from "./reader.js";
import { createGaps, createIncidentList } from "./lists.js";
import { createTable } from "./table.js";
import { fileName, saveFile, toCsv, toGeoJson } from "./download.js";
import { printSheet, toPaper } from "./print.js";
import { attribution, createAbout } from "./about.js";
import { createLegend, legendOpensFirst } from "./legend.js";
import { createZoneCheck } from "./zonecheck.js";

// Only places known this well may widen the first view.
const FIT_GRADES = new Set(["exact", "near"]);
// Share of a phone's screen that the half-open sheet covers (58dvh in page.css).
const SHEET_SHARE = 0.58;
// Height of the timeline with what lies under it (tools.css).
const TIMELINE_PX = 160;
// Width of a map that has room for the legend and a card beside it.
const ROOM_PX = 690;
const FLY_ZOOM = { exact: 10.5, near: 9.5, area: 8 };

/**
 * Set the page up around a folium map.
 * @param {L.Map} map
 */
async function mountIncidentMap(map) {
  let raw;
  try {
    raw = { ...await readElement("incident-frame"), ...await readElement("incident-data") };
  } catch (error) {
    if (typeof DecompressionStream === "function") throw error;
    part("panel").append(h("p", { class: "fatal" }, "This browser is too old to unpack the map's data. Any browser of 2023 or later can."));
    return;
  }
  const model = readPayload(raw);
  const view = createView();
  const pending = readAddress(location.hash, view);
  if (reducedMotion()) Object.assign(map.options, { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
  if (reducedMotion()) Object.assign(map, { _zoomAnimated: false, _fadeAnimated: false });
  // A popup that opens half outside moves the map by itself.
  if (reducedMotion()) map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
  setWords(raw.interface, document.documentElement.lang, model.labels.name.map((name, i) => [name, model.labels.hangul[i]]));
  const drawn = drawLayers(map, model);
  const home = () => fitHome(map, model, drawn);
  home();
  const page = /** @type {Page} */ ({ map, model, view, drawn, legendOpen: legendOpensFirst() });
  Object.assign(page, trackPosition(page, home));
  page.markers = createMarkers(map, model, view, (incident) => page.open(incident, { from: "map" }));
  page.names = createNames(map, model, drawn.layers, page.markers.groups);
  page.checkPoint = lazily(() => createZoneCheck(model.check, landRings(model)));
  map.getContainer().setAttribute("role", "region");
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Escape" && view.selected) page.leave();
  });
  map.on("click", (event) => {
    if (view.selected || document.querySelector(".incident-popup")) page.close();
    else page.tellPoint(event.latlng);
  });
  L.control.scale({ position: "bottomright", imperial: false, maxWidth: 120 }).addTo(map);
  build(page);
  window.addEventListener("hashchange", () => followAddress(page, readAddress(location.hash, view)));
  printWell(page);
  followAddress(page, pending);
  document.documentElement.dataset.ready = "yes";
  window.incidentMap = { map, model, say, view, open: (/** @type {Incident} */ incident, /** @type {{from: string, n?: number}} */ how) => page.open(incident, how), markers: page.markers, names: page.names, check: (/** @type {number} */ lon, /** @type {number} */ lat) => page.checkPoint()?.(lon, lat) };
}

/**
 * @template T
 * @param {() => T} make
 * @returns {() => T}
 */
function lazily(make) {
  /** @type {T | undefined} */
  let made;
  return () => (made === undefined ? (made = make()) : made);
}

/**
 * Keep the address true while the map moves; a map that stands as it opened tells nothing, nor
 * does one on paper.
 * @param {Page} page
 * @param {() => void} fit
 * @returns {Pick<Page, "home" | "moveTo">} what takes the map back, and to where an address says
 */
function trackPosition(page, fit) {
  const { map, view } = page;
  let opened = { zoom: map.getZoom(), at: map.getCenter() };
  const atHome = () => map.getZoom() === opened.zoom && map.project(map.getCenter()).distanceTo(map.project(opened.at)) <= 1;
  const keep = () => {
    if (page.onPaper) return;
    const { lat, lng } = map.getCenter();
    view.at = atHome() || Math.abs(lng) > 180 ? null : { zoom: map.getZoom(), lat, lng };
    keepAddress(view);
  };
  map.on("moveend", keep);
  const home = () => {
    fit();
    opened = { zoom: map.getZoom(), at: map.getCenter() };
    keep();
  };
  return {
    home,
    moveTo(at) {
      if (at && at.zoom >= map.getMinZoom() && at.zoom <= map.getMaxZoom()) map.setView([at.lat, at.lng], at.zoom, { animate: false });
      else if (atHome()) view.at = null;
      else home();
    },
  };
}

/**
 * @param {Page} page
 * @param {string|null} id
 */
function followAddress(page, id) {
  page.moveTo(page.view.at);
  page.filter({ keep: false });
  page.names.refresh();
  page.setTable(page.view.table);
  const incident = id && page.model.incidents.find((each) => each.id === id);
  if (incident) page.open(incident, { from: "address" });
}

/**
 * Build everything that speaks: panel, legend, timeline, table. Done again for another language.
 * @param {Page} page
 */
function build(page) {
  const { map, model, view, markers, drawn } = page;
  page.teardown?.();
  document.documentElement.lang = language();
  document.title = sayName(model.title);
  page.names.remeasure();
  map.getContainer().setAttribute("aria-label", t("map_label"));
  part("panel").setAttribute("aria-label", t("panel_label"));
  /** @param {Incident} incident */
  const open = (incident) => page.open(incident, { from: "list" });
  const reader = createReader(model, { onSentence: (incident, n) => page.open(incident, { from: "text", n }), onPlace: showPlace, onLeave: () => page.leave() });
  const list = createIncidentList({ onOpen: open });
  const gaps = createGaps(model, { onOpen: open, onSpan: (document, start, end) => {
    tabs.show("text");
    reader.revealSpan(document, start, end);
  } });
  const table = createTable({ onOpen: open });
  const tabs = createTabs([
    { id: "text", label: t("tab_text"), body: reader.root },
    { id: "list", label: t("tab_list"), body: list.root, onShow: list.show },
    { id: "gaps", label: t("tab_gaps"), count: gaps.total, body: gaps.root },
    { id: "about", label: t("tab_about"), body: createAbout(model) },
  ]);
  const slot = h("div", { id: "card-slot", hidden: true });
  const legend = createLegend(map, model, view, drawn.layers, { onFilter: () => page.filter(), onReset: reset, onLayers: () => page.names.refresh(), open: page.legendOpen });
  const timeline = createTimeline(model, view, () => page.filter());
  const head = createHead(page, { onTable: () => page.setTable(!view.table), onReset: reset, onLanguage: switchLanguage });
  const handle = button("", () => setSheet(/** @type {Record<string, string>} */ ({ low: "half", half: "full", full: "low" })[part("panel").dataset.sheet || "low"]), { class: "handle", "aria-label": t("resize_panel") });
  part("panel").replaceChildren(handle, head.root, slot, tabs.bar, ...tabs.bodies);
  setSheet(part("panel").dataset.sheet || "low");
  const furniture = furnish(map, model, { legend, timeline, table, home: page.home, tabs, bounds: drawn.bounds });
  reader.show(model.documents.find((each) => each.evidence.length) || model.documents[0]);
  page.teardown = () => {
    page.close();
    page.legendOpen = legend.root.open;
    timeline.stop();
    furniture.remove();
  };

  /** Work out what is shown and tell everybody; the address too, unless it is where this came from. */
  page.filter = ({ keep = true } = {}) => {
    const { shown, timed, counts } = applyFilters(model.incidents, view);
    page.shown = shown;
    if (view.selected && !shown.includes(view.selected)) page.close();
    markers.refresh(shown);
    markers.mark();
    page.names.settle();
    legend.refresh(counts);
    timeline.refresh(timed);
    list.refresh(shown);
    table.refresh(shown);
    head.refresh(shown, counts);
    if (keep) keepAddress(view);
  };
  page.table = table;
  page.status = head.status;
  page.legend = legend.root;

  page.setTable = (on) => {
    view.table = on;
    table.show(on);
    furniture.setTable(on);
    head.setTable(on);
    if (on && isPhone()) setSheet("low");
    keepAddress(view);
    if (!on) map.invalidateSize({ animate: false });
  };

  page.open = async (incident, { from, n = 0 }) => {
    page.close();
    view.selected = incident;
    if (page.shown.includes(incident)) {
      keepAddress(view);
    } else {
      unhide(view, incident);
      page.filter();
    }
    if (incident.place) markers.peek.keep(incident.place, incident.kind);
    // Where there is no room for a card beside it, the legend gives way.
    if (incident.place && !view.table && map.getSize().x < ROOM_PX) page.legend.open = false;
    tabs.show("text");
    reader.reveal(incident, n, { focus: from !== "text" });
    if (from !== "map" && incident.place && !view.table) {
      await markers.reveal(incident, flight(page, incident.place), { stay: from === "address" && view.at !== null });
      if (view.selected !== incident) return;
    }
    markers.mark();
    showCard(incident, n);
  };

  /**
   * Open the one before or after, in the order of the list or the table.
   * @param {number} by
   */
  async function step(by) {
    const order = view.table ? table.sorted() : page.shown;
    const at = view.selected ? order.indexOf(view.selected) : -1;
    await page.open(order[(at + by + order.length) % order.length], { from: "step" });
    /** @type {HTMLElement | null} */ (document.querySelector(`.card [data-step="${by}"]`))?.focus({ preventScroll: true });
  }

  /**
   * @param {Incident} incident
   * @param {number} n
   */
  function showCard(incident, n) {
    const card = createCard(incident, model, { at: n, onClose: () => page.leave(), onStep: page.shown.length > 1 ? step : null, onPlace: (place) => showPlace({ place }), onText: (at) => {
      tabs.show("text");
      // A phone has room for the text when the card is brief.
      slot.className = "brief";
      setSheet("full");
      reader.reveal(incident, at);
    } });
    table.mark(incident);
    if (isPhone() || !incident.place || view.table) {
      slot.replaceChildren(card);
      slot.className = "";
      slot.hidden = false;
      if (isPhone()) setSheet("half");
      if (isPhone() && incident.place) liftAboveSheet(map, incident.place);
      return;
    }
    const at = markers.find(incident)?.getLatLng() || L.latLng(incident.place.lat, incident.place.lon);
    const { topLeft, bottomRight } = freePart(page);
    L.popup({ closeButton: false, maxWidth: 340, minWidth: 300, offset: [0, -8], autoPanPaddingTopLeft: topLeft, autoPanPaddingBottomRight: bottomRight, closeOnClick: false, closeOnEscapeKey: false, className: "incident-popup" })
      .setLatLng(at).setContent(card).openOn(map);
  }

  page.close = () => {
    slot.hidden = true;
    slot.replaceChildren();
    map.closePopup();
    markers.peek.keep(null);
    view.selected = null;
    table.mark(null);
    furniture.point.hidden = true;
    markers.mark();
  };

  /** Close what is open and give the keyboard back to where it came from. */
  page.leave = () => {
    const last = view.selected;
    page.close();
    keepAddress(view);
    reader.clear();
    const icon = last && markers.find(last)?.getElement();
    (icon || map.getContainer()).focus({ preventScroll: true });
  };

  page.tellPoint = ({ lat, lng }) => {
    const check = page.checkPoint();
    const lon = L.Util.wrapNum(lng, [-180, 180], true);
    const found = check?.(lon, lat);
    furniture.point.hidden = false;
    furniture.point.replaceChildren(
      h("strong", {}, t("point_head")), ` ${lat.toFixed(5)}° N, ${lon.toFixed(5)}° E`,
      h("span", { class: "block" }, found ? formatZone({ ...found, certainty: "certain", min: null, max: null }) : t("point_none")),
      found ? h("span", { class: "block how" }, t("point_note", { accuracy: accuracyOf(model, LINE) })) : "",
      button("×", () => { furniture.point.hidden = true; }, { class: "close", "aria-label": t("close") }));
  };

  /**
   * @param {{place: Located | null}} mention
   * @param {string} [how]
   */
  function showPlace(mention, how) {
    if (!mention.place) return;
    markers.peek.keep(mention.place, null);
    if (how !== "peek") {
      if (view.table) page.setTable(false);
      const { center, zoom, fits } = flight(page, mention.place);
      map.setView(center, fits ? Math.max(map.getZoom(), zoom) : zoom, { animate: !reducedMotion(), duration: 0.6 });
    }
  }

  function reset() {
    timeline.stop();
    const { at } = view;
    readAddress("", Object.assign(view, { selected: null }));
    view.at = at;
    page.setTable(view.table);
    page.filter();
  }

  function switchLanguage() {
    setWords(page.model.words, language() === "en" ? "ko" : "en");
    build(page);
    page.filter();
    page.setTable(view.table);
  }
}

/**
 * Change the filters as little as shows an incident that somebody asks for.
 * @param {View} view
 * @param {Incident} incident
 */
function unhide(view, incident) {
  const facets = facetsOf(incident);
  for (const facet of FACETS) view.hidden[facet].delete(facets[facet]);
  if (!applyFilters([incident], view).shown.length) Object.assign(view, { from: "", to: "", undated: true, query: "", source: "" });
}

/**
 * Title, counts, search, and what can be done with what is shown.
 * @param {Page} page
 * @param {{onTable: () => void, onReset: () => void, onLanguage: () => void}} actions
 */
function createHead(page, { onTable, onReset, onLanguage }) {
  const { model, view } = page;
  const placed = model.incidents.filter((incident) => incident.place).length;
  const counts = t("counts", { incidents: plural(model.incidents.length, "incident"), articles: plural(model.documents.length, "article"), placed: formatCount(placed) });
  const status = h("span", {});
  const background = h("span", {});
  const clear = button(t("reset"), onReset, { class: "link" });
  const search = h("input", { type: "search", id: "search", placeholder: t("search_hint"), "aria-label": t("search"), on: { input: () => {
    view.query = search.value.trim();
    page.filter();
  } } });
  const table = button("", onTable, { class: "switch-table", "aria-pressed": "false" });
  /**
   * @param {string} ending
   * @param {string} type
   * @param {(incidents: Incident[]) => string} make
   */
  const save = (ending, type, make) => () => saveFile(fileName(view, ending), type, make(view.table ? page.table.sorted() : page.shown));
  const tools = h("div", { class: "tools" }, search, table,
    button("CSV", save("csv", "text/csv;charset=utf-8", toCsv), { "aria-label": t("download_csv"), title: t("download_csv") }),
    button("GeoJSON", save("geojson", "application/geo+json", toGeoJson), { "aria-label": t("download_geojson"), title: t("download_geojson") }),
    button(t("print"), () => window.print()),
    button(t("other_language"), onLanguage, { lang: language() === "en" ? "ko" : "en", class: "language" }));
  const root = h("header", { class: "panel-head" }, h("h1", {}, sayName(model.title)), h("p", {}, counts), h("p", { class: "status", role: "status" }, status, background, " ", clear), tools);
  return {
    root, status,
    /**
     * @param {Incident[]} shown
     * @param {FacetCounts} found
     */
    refresh(shown, found) {
      const all = plural(model.incidents.length, "incident");
      status.textContent = shown.length === model.incidents.length ? t("all_shown", { incidents: all }) : t("some_shown", { shown: formatCount(shown.length), incidents: all });
      const hidden = view.hidden.assertion.has("historical") ? found.assertion.get("historical") || 0 : 0;
      background.replaceChildren(...(hidden ? [`; ${t("background_hidden", { count: formatCount(hidden) })} `, button(t("show_background"), () => { view.hidden.assertion.delete("historical"); page.filter(); }, { class: "link", "data-key": "historical" })] : []));
      clear.hidden = isUntouched(view);
      if (document.activeElement !== search) search.value = view.query;
    },
    /** @param {boolean} on */
    setTable(on) {
      table.textContent = on ? t("show_map") : t("show_table");
      table.setAttribute("aria-pressed", String(on));
    },
  };
}

/**
 * On paper the map has a size of its own, and its signs have numbers.
 * @param {Page} page
 */
function printWell(page) {
  const { map, model, view } = page;
  /** @type {(() => void) | null} */
  let back = null;
  const restore = () => {
    back?.();
    back = null;
    page.onPaper = false;
  };
  window.addEventListener("beforeprint", () => {
    restore();
    page.onPaper = true;
    back = toPaper(map, page.legend);
    printSheet(model, view, view.table ? page.table.sorted() : page.shown, page.status.textContent || "", page.markers.signs());
  });
  window.addEventListener("afterprint", restore);
}

/**
 * Rings of the land as `[lon, lat]`, for the check of a point.
 * @param {Model} model
 * @returns {LonLat[][]}
 */
function landRings(model) {
  const land = model.layers.find((layer) => layer.look === "land")?.shape;
  return land ? ringsOf(land) : [];
}

/**
 * Show the border and every incident of the region that is placed well.
 * @param {L.Map} map
 * @param {Model} model
 * @param {ShownLayers} drawn
 */
function fitHome(map, model, { bounds, border }) {
  const target = border ? L.latLngBounds(border.getSouthWest(), border.getNorthEast()) : L.latLngBounds([]);
  for (const { place } of model.incidents) {
    if (place && FIT_GRADES.has(place.grade) && (!bounds || bounds.contains([place.lat, place.lon]))) target.extend([place.lat, place.lon]);
  }
  if (!target.isValid()) return;
  const wide = !isPhone();
  map.fitBounds(target, { animate: false, maxZoom: 11, paddingTopLeft: [wide ? 290 : 16, 24], paddingBottomRight: [24, wide ? TIMELINE_PX : 24] });
}

/**
 * What legend, timeline, buttons and sheet leave free of the map, as paddings.
 * @param {Page} page
 */
function freePart({ map, legend }) {
  if (isPhone()) return { topLeft: L.point(16, 16), bottomRight: L.point(16, map.getSize().y - window.innerHeight * (1 - SHEET_SHARE)) };
  const { offsetLeft, offsetTop, offsetWidth, offsetHeight, open } = legend;
  return { topLeft: open ? L.point(offsetLeft + offsetWidth + 8, 16) : L.point(16, offsetTop + offsetHeight + 4), bottomRight: L.point(60, TIMELINE_PX) };
}

/**
 * Where the map goes to show a place: one known well stands in the middle, at the scale of its
 * grade; of a wide one all that is known of it comes into the free part.
 * @param {Page} page
 * @param {Located} place the one whose shape is kept on the map
 * @returns {Flight}
 */
function flight(page, place) {
  const { map } = page;
  const { topLeft, bottomRight } = freePart(page);
  const bounds = page.markers.peek.bounds();
  const zoom = Math.min(FLY_ZOOM[place.grade], bounds ? map.getBoundsZoom(bounds, false, topLeft.add(bottomRight)) : Infinity);
  if (!bounds || place.grade !== "area") return { center: L.latLng(place.lat, place.lon), zoom, fits: true, bounds: null };
  const [one, other] = [bounds.getSouthWest(), bounds.getNorthEast()].map((at) => map.project(at, zoom));
  return { center: map.unproject(one.add(other).add(bottomRight).subtract(topLeft).divideBy(2), zoom), zoom, fits: false, bounds };
}

/**
 * Pan so that a place stays in the part of the map that the sheet leaves free.
 * @param {L.Map} map
 * @param {Place} place
 */
function liftAboveSheet(map, place) {
  const free = window.innerHeight * (1 - SHEET_SHARE);
  const at = map.latLngToContainerPoint([place.lat, place.lon]);
  if (at.y < 60 || at.y > free - 40) map.panBy([0, at.y - free / 2], { animate: !reducedMotion() });
}

/**
 * Tabs with the usual keys.
 * @param {Tab[]} entries
 */
function createTabs(entries) {
  /** @param {string} id */
  const select = (id) => {
    for (const { tab, body, id: own, onShow } of made) {
      const on = own === id;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      body.hidden = !on;
      if (on) onShow?.();
    }
  };
  const made = entries.map(({ id, label, count, body, onShow }) => {
    const tab = h("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, on: { click: () => { select(id); setSheet("half", { keepHigher: true }); }, keydown: move } },
      label, count !== undefined && h("span", { class: "tab-count" }, formatCount(count)));
    const panel = h("div", { role: "tabpanel", id: `panel-${id}`, class: "tab-panel", "aria-labelledby": `tab-${id}` }, body);
    return { id, tab, body: panel, onShow };
  });
  /** @param {KeyboardEvent} event */
  function move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = made.findIndex(({ tab }) => tab === event.currentTarget);
    const next = made[(at + step + made.length) % made.length];
    select(next.id);
    next.tab.focus();
  }
  select(entries[0].id);
  return { bar: h("div", { class: "tabs", role: "tablist", "aria-label": t("tabs_label") }, made.map(({ tab }) => tab)), bodies: made.map(({ body }) => body), show: select };
}

/**
 * On a phone the panel is a sheet of three heights.
 * @param {string} size
 * @param {{keepHigher?: boolean}} [options]
 */
function setSheet(size, { keepHigher = false } = {}) {
  const panel = part("panel");
  if (keepHigher && panel.dataset.sheet === "full") return;
  panel.dataset.sheet = size;
}

/**
 * The furniture of the map: legend, timeline, table, zoom, credits, limits.
 * @param {L.Map} map
 * @param {Model} model
 * @param {FurnitureParts} parts
 */
function furnish(map, model, { legend, timeline, table, home, tabs, bounds }) {
  const zoom = h("div", { class: "zoom" },
    button("+", () => map.zoomIn(), { "aria-label": t("zoom_in") }),
    button("−", () => map.zoomOut(), { "aria-label": t("zoom_out") }),
    button("⌂", home, { "aria-label": t("whole_border"), title: t("whole_border") }));
  const note = h("p", { class: "limit", role: "status", hidden: true });
  const point = h("div", { class: "point", role: "status", hidden: true });
  L.DomEvent.disableClickPropagation(point);
  const credits = h("p", { class: "credits" }, `${attribution(model)} `, button(t("about_this_map"), () => { tabs.show("about"); setSheet("full"); }));
  /** @type {HTMLElement[]} */
  const onMap = [legend.root, zoom, note, point, credits];
  // A phone has no room beside the sheet: time is the first thing in its legend.
  if (isPhone()) legend.body.prepend(timeline.root);
  else onMap.push(timeline.root);
  part("map-area").append(...onMap, table.root);
  const unwatch = watchLimits(map, model, bounds, note);
  return {
    point,
    /** @param {boolean} on */
    setTable(on) {
      for (const element of [part("map"), zoom, note, credits]) element.classList.toggle("behind", on);
      part("map-area").classList.toggle("as-table", on);
    },
    remove() {
      unwatch();
      for (const element of [...onMap, table.root]) element.remove();
    },
  };
}

window.mountIncidentMap = mountIncidentMap;
