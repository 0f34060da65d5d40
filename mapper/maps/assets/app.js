// The page: map and panel, and the way between them.

import { button, h, isPhone, reducedMotion } from "./dom.js";
import { plural } from "./format.js";
import { readPayload } from "./payload.js";
import { drawLayers, watchLimits } from "./basemap.js";
import { createMarkers } from "./markers.js";
import { createCard } from "./card.js";
import { createReader } from "./reader.js";
import { createGaps, createIncidentList } from "./lists.js";
import { attribution, createAbout } from "./about.js";
import { createLegend } from "./legend.js";

// Only places known this well may widen the first view.
const FIT_GRADES = new Set(["exact", "near"]);
// Share of a phone's screen that the half-open sheet covers (58dvh in page.css).
const SHEET_SHARE = 0.58;
const FLY_ZOOM = { exact: 10.5, near: 9.5, area: 8 };

/** Set the page up around a folium map. */
function mountIncidentMap(map) {
  const model = readPayload(JSON.parse(document.getElementById("incident-data").textContent));
  const view = { hiddenKinds: new Set(), hiddenZones: new Set(), historical: true, query: "", selected: null };
  if (reducedMotion()) Object.assign(map.options, { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
  if (reducedMotion()) Object.assign(map, { _zoomAnimated: false, _fadeAnimated: false });
  const drawn = drawLayers(map, model);
  const home = () => fitHome(map, model, drawn);
  home();
  const markers = createMarkers(map, model, view, (incident) => open(incident, { from: "map" }));

  const reader = createReader(model, { onSentence: (incident, n) => open(incident, { from: "text", n }), onPlace: showPlace, onLeave: leave });
  const list = createIncidentList(model, view, { onOpen: (incident) => open(incident, { from: "list" }), onFilter: filter });
  const gaps = createGaps(model, { onOpen: (incident) => open(incident, { from: "list" }), onSpan: (document, start, end) => {
    tabs.show("text");
    reader.revealSpan(document, start, end);
  } });
  const tabs = createTabs([
    { id: "text", label: "Text", body: reader.root },
    { id: "list", label: `Incidents`, count: model.incidents.length, body: list.root, onShow: list.show },
    { id: "gaps", label: "Gaps", count: gaps.total, body: gaps.root },
    { id: "about", label: "About", body: createAbout(model) },
  ]);
  const slot = h("div", { id: "card-slot", hidden: true });
  fillPanel(model, tabs, slot);
  furnish(map, model, { legend: createLegend(map, model, view, drawn.layers, filter), home, tabs, bounds: drawn.bounds });
  reader.show(model.documents.find((each) => each.evidence.length) || model.documents[0]);
  map.getContainer().setAttribute("aria-label", "Map of incidents");
  map.getContainer().setAttribute("role", "region");
  markers.group.on("animationend spiderfied", markers.mark);
  map.on("zoomend", markers.mark);

  function filter() {
    markers.refresh();
    list.refresh();
  }

  async function open(incident, { from, n = 0 }) {
    close();
    view.selected = incident;
    if (incident.place) markers.peek.keep(incident.place, incident.kind);
    tabs.show("text");
    reader.reveal(incident, n, { focus: from !== "text" });
    if (from !== "map" && incident.place) {
      await markers.reveal(incident, FLY_ZOOM[incident.place.grade]);
      if (view.selected !== incident) return;
    }
    markers.mark();
    showCard(incident, n);
  }

  function showCard(incident, n) {
    const card = createCard(incident, model, { at: n, onClose: leave, onText: (at) => {
      tabs.show("text");
      setSheet("half");
      reader.reveal(incident, at);
    } });
    if (isPhone() || !incident.place) {
      slot.replaceChildren(card);
      slot.hidden = false;
      if (isPhone()) setSheet("half");
      if (isPhone() && incident.place) liftAboveSheet(map, incident.place);
      return;
    }
    const marker = markers.markers.get(incident);
    const at = marker && marker.getElement() ? marker.getLatLng() : [incident.place.lat, incident.place.lon];
    L.popup({ closeButton: false, maxWidth: 340, minWidth: 300, offset: [0, -8], autoPanPaddingTopLeft: [16, 16], autoPanPaddingBottomRight: [60, 60], closeOnClick: false, closeOnEscapeKey: false, className: "incident-popup" })
      .setLatLng(at).setContent(card).openOn(map);
  }

  function close() {
    slot.hidden = true;
    slot.replaceChildren();
    map.closePopup();
    markers.peek.keep(null);
    view.selected = null;
    markers.mark();
  }

  /** Close what is open and give the keyboard back to where it came from. */
  function leave() {
    const last = view.selected;
    close();
    reader.clear();
    const icon = last && markers.markers.get(last)?.getElement();
    (icon || map.getContainer()).focus({ preventScroll: true });
  }

  function showPlace(mention, how) {
    if (!mention.place) return;
    markers.peek.keep(mention.place, null);
    if (how !== "peek") goTo(map, mention.place);
  }

  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Escape" && view.selected) leave();
  });
  map.on("click", close);
  document.documentElement.dataset.ready = "yes";
  window.incidentMap = { map, model, view, open, markers };
}

/** Show the border and every incident that is placed well, in Korea. */
function fitHome(map, model, { bounds, dmz }) {
  const target = dmz ? L.latLngBounds(dmz.getSouthWest(), dmz.getNorthEast()) : L.latLngBounds([]);
  for (const { place } of model.incidents) {
    if (place && FIT_GRADES.has(place.grade) && (!bounds || bounds.contains([place.lat, place.lon]))) target.extend([place.lat, place.lon]);
  }
  if (!target.isValid()) return;
  const wide = !isPhone();
  map.fitBounds(target, { animate: false, maxZoom: 11, paddingTopLeft: [wide ? 290 : 16, 24], paddingBottomRight: [24, wide ? 24 : 24] });
}

function goTo(map, place) {
  const zoom = Math.max(map.getZoom(), FLY_ZOOM[place.grade]);
  const target = [place.lat, place.lon];
  if (reducedMotion()) map.setView(target, zoom, { animate: false });
  else map.setView(target, zoom, { animate: true, duration: 0.6 });
}

/** Pan so that a place stays in the part of the map that the sheet leaves free. */
function liftAboveSheet(map, place) {
  const free = window.innerHeight * (1 - SHEET_SHARE);
  const at = map.latLngToContainerPoint([place.lat, place.lon]);
  if (at.y < 60 || at.y > free - 40) map.panBy([0, at.y - free / 2], { animate: !reducedMotion() });
}

/** Tabs with the usual keys. */
function createTabs(entries) {
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
      label, count !== undefined && h("span", { class: "tab-count" }, count.toLocaleString("en-US")));
    const panel = h("div", { role: "tabpanel", id: `panel-${id}`, class: "tab-panel", "aria-labelledby": `tab-${id}` }, body);
    return { id, tab, body: panel, onShow };
  });
  function move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = made.findIndex(({ tab }) => tab === event.currentTarget);
    const next = made[(at + step + made.length) % made.length];
    select(next.id);
    next.tab.focus();
  }
  select(entries[0].id);
  return { bar: h("div", { class: "tabs", role: "tablist", "aria-label": "Panel" }, made.map(({ tab }) => tab)), bodies: made.map(({ body }) => body), show: select };
}

function fillPanel(model, tabs, slot) {
  const placed = model.incidents.filter((incident) => incident.place).length;
  const counts = `${plural(model.incidents.length, "incident")} in ${plural(model.documents.length, "article")}, ${placed.toLocaleString("en-US")} on the map`;
  const handle = button("", () => setSheet({ low: "half", half: "full", full: "low" }[document.getElementById("panel").dataset.sheet]), { class: "handle", "aria-label": "Resize the panel" });
  document.getElementById("panel").append(
    handle,
    h("header", { class: "panel-head" }, h("h1", {}, model.title), h("p", {}, counts)),
    slot, tabs.bar, ...tabs.bodies);
  setSheet("low");
}

/** On a phone the panel is a sheet of three heights. */
function setSheet(size, { keepHigher = false } = {}) {
  const panel = document.getElementById("panel");
  if (keepHigher && panel.dataset.sheet === "full") return;
  panel.dataset.sheet = size;
}

/** The furniture of the map: legend, zoom, scale, credits, limits. */
function furnish(map, model, { legend, home, tabs, bounds }) {
  const area = document.getElementById("map-area");
  const zoom = h("div", { class: "zoom" },
    button("+", () => map.zoomIn(), { "aria-label": "Zoom in" }),
    button("−", () => map.zoomOut(), { "aria-label": "Zoom out" }),
    button("⌂", home, { "aria-label": "Show the whole border", title: "Show the whole border" }));
  const note = h("p", { class: "limit", role: "status", hidden: true });
  const credits = h("p", { class: "credits" }, `${attribution(model)} `, button("About this map", () => { tabs.show("about"); setSheet("full"); }));
  L.control.scale({ position: "bottomright", imperial: false, maxWidth: 120 }).addTo(map);
  area.append(legend, zoom, note, credits);
  watchLimits(map, bounds, note);
}

window.mountIncidentMap = mountIncidentMap;
