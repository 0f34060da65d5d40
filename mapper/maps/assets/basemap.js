// Land, sea and the border layers; shapes of places; what the map says about its own limits.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { decodeLine } from "./payload.js";

const PANES = { base: 210, border: 310, names: 330, shape: 390 };
// From this zoom on the base map is coarser than the screen.
const COARSE_FROM_ZOOM = 11;
const BASE = /^base_/;
/** Layers that the legend offers and a first look does not need. */
export const HIDDEN_AT_FIRST = new Set(["ccl", "han_estuary", "sectors", "border_counties", "parallel_38"]);

/**
 * Draw the base map and the border layers.
 * @param {L.Map} map
 * @param {Model} model
 * @returns {ShownLayers}
 */
export function drawLayers(map, model) {
  /** @type {Record<string, L.Renderer>} */
  const renderers = {};
  for (const [name, zIndex] of Object.entries(PANES)) {
    map.createPane(name).style.zIndex = String(zIndex);
    renderers[name] = L.svg({ pane: name, padding: 0.4 });
  }
  /** @type {HTMLElement} */ (map.getPane("names")).style.pointerEvents = "none";
  const land = model.layers.find((layer) => layer.name === "base_land");
  const bounds = land ? boundsOf(land.bounds) : null;
  const layers = new Map();
  let dmz = null;
  let sea = null;
  for (const layer of model.layers) {
    if (!layer.shape) continue;
    const pane = BASE.test(layer.name) ? "base" : "border";
    if (layer.name === "base_land" && bounds) {
      // The coarse world ends where the detailed land begins.
      sea = L.rectangle(bounds, { pane, renderer: renderers[pane], className: "base-sea", interactive: false }).addTo(map);
    }
    const drawn = drawShape(layer.shape, { pane, renderer: renderers[pane], className: `layer ${layer.name}`, interactive: false });
    layers.set(layer.name, drawn);
    if (!HIDDEN_AT_FIRST.has(layer.name)) drawn.addTo(map);
    if (layer.name === "mdl" || layer.name.startsWith("dmz_")) dmz = extend(dmz, boundsOf(layer.bounds));
  }
  if (model.tiles) {
    const { url, ...options } = model.tiles;
    L.tileLayer(url, { ...options, maxNativeZoom: options.maxZoom, maxZoom: map.getMaxZoom() }).addTo(map);
    for (const name of ["base_world", "base_land", "base_lakes", "base_rivers"]) layers.get(name)?.remove();
    sea?.remove();
  }
  drawNames(map, model.labels);
  return { layers, bounds, dmz };
}

/** @param {[number, number, number, number]} box */
function boundsOf([west, south, east, north]) {
  return L.latLngBounds([south, west], [north, east]);
}

/**
 * @param {L.LatLngBounds|null} bounds
 * @param {L.LatLngBounds} more
 */
function extend(bounds, more) {
  return bounds ? bounds.extend(more) : L.latLngBounds(more.getSouthWest(), more.getNorthEast());
}

/**
 * Turn an encoded shape into a leaflet layer.
 * @param {Shape} shape
 * @param {L.PathOptions} options
 * @returns {L.FeatureGroup}
 */
export function drawShape(shape, options) {
  const group = L.featureGroup();
  // One path for all parts: hundreds of islands cost as much as one.
  if (shape.polygons) L.polygon(shape.polygons.map((rings) => rings.map(decodeLine)), options).addTo(group);
  if (shape.lines) L.polyline(shape.lines.map(decodeLine), { ...options, fill: false, className: `${options.className} line` }).addTo(group);
  for (const point of shape.points || []) L.circle(decodeLine(point)[0], { ...options, radius: 150 }).addTo(group);
  return group;
}

/**
 * What is known of a place: its footprint, or the circle of its uncertainty.
 * @param {Located} place
 * @param {Model} model
 * @param {string} className
 * @returns {L.FeatureGroup|L.Circle}
 */
export function drawPlace(place, model, className) {
  const options = { pane: "shape", className: `place-shape ${className}`, interactive: false };
  if (!place.shape) return L.circle([place.lat, place.lon], { ...options, radius: place.uncertainty });
  if (!place.shape.layers) return drawShape(place.shape, options);
  const { layers } = place.shape;
  const shapes = model.layers.flatMap((layer) => (layer.shape && layers.includes(layer.name) ? [layer.shape] : []));
  return L.featureGroup(shapes.map((shape) => drawShape(shape, options)));
}

/**
 * @param {L.Map} map
 * @param {Label[]} labels
 */
function drawNames(map, labels) {
  const names = labels.map(([name, hangul, lon, lat, minZoom, rank]) => {
    const marker = L.marker([lat, lon], { pane: "names", interactive: false, keyboard: false, icon: new NameIcon({ name, hangul, rank }) });
    return { marker, minZoom };
  });
  const refresh = () => {
    for (const { marker, minZoom } of names) {
      if (map.getZoom() >= minZoom) marker.addTo(map);
      else marker.remove();
    }
  };
  map.on("zoomend", refresh);
  refresh();
}

/** @type {IconClass} */
const NameIcon = L.Icon.extend({
  options: { name: "", hangul: "", rank: 3 },
  createIcon() {
    return h("div", { class: `leaflet-marker-icon town rank-${this.options.rank}`, "aria-hidden": "true" },
      h("span", { class: "town-dot" }), h("span", { class: "town-name" }, this.options.name), h("span", { class: "town-hangul", lang: "ko" }, this.options.hangul));
  },
  createShadow: () => null,
});

/**
 * Say where the base map ends and when it is coarser than the screen.
 * @param {L.Map} map
 * @param {L.LatLngBounds|null} bounds
 * @param {HTMLElement} note
 */
export function watchLimits(map, bounds, note) {
  const refresh = () => {
    if (bounds && !bounds.contains(map.getCenter())) {
      note.textContent = t("limit_beyond");
    } else if (map.getZoom() >= COARSE_FROM_ZOOM) {
      note.textContent = map.getZoom() >= map.getMaxZoom()
        ? t("limit_closest")
        : t("limit_close");
    } else {
      note.textContent = "";
    }
    note.hidden = !note.textContent;
  };
  map.on("moveend", refresh);
  refresh();
  return () => map.off("moveend", refresh);
}
