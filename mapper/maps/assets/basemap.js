// Land, sea and the border layers; shapes of places; what the map says about its own limits.

import { formatDistance } from "./format.js";
import { t } from "./i18n.js";
import { decodeLine } from "./payload.js";

const PANES = { base: 210, areas: 300, border: 310, names: 330, shape: 390 };
// From this zoom on the base map is coarser than the screen.
const COARSE_FROM_ZOOM = 11;
const BASE_LOOKS = new Set(["world", "land", "lake", "river", "province", "border"]);
const AREA_LOOKS = new Set(["area", "controlled", "neutral", "belt_north", "belt_south"]);
const BORDER_LOOKS = new Set(["line", "belt_north", "belt_south"]);
// Whose accuracy is told where one comes close.
const WATERS_AND_LAND = new Set(["land", "lake", "river"]);
export const LINE = new Set(["line"]);
// What a tile map draws better.
const UNDER_TILES = new Set(["world", "land", "lake", "river"]);

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
  const bounds = landBounds(model);
  const layers = new Map();
  let border = null;
  for (const layer of model.layers.filter(({ look }) => look).sort((a, b) => a.order - b.order)) {
    const { look, shape } = layer;
    if (model.tiles && UNDER_TILES.has(look)) continue;
    const pane = BASE_LOOKS.has(look) ? "base" : AREA_LOOKS.has(look) ? "areas" : "border";
    if (look === "land" && bounds) {
      // The coarse world ends where the detailed land begins.
      L.rectangle(bounds, { pane, renderer: renderers[pane], className: "base-sea", interactive: false }).addTo(map);
    }
    const drawn = drawShape(shape || {}, { pane, renderer: renderers[pane], className: `layer look-${look} ${layer.name}`, interactive: false });
    layers.set(layer.name, drawn);
    if (!layer.hidden) drawn.addTo(map);
    if (BORDER_LOOKS.has(look)) border = extend(border, boundsOf(layer.bounds));
  }
  if (model.tiles) {
    const { url, ...options } = model.tiles;
    L.tileLayer(url, { ...options, maxNativeZoom: options.maxZoom, maxZoom: map.getMaxZoom() }).addTo(map);
  }
  return { layers, bounds, border };
}

/**
 * Where the detailed land is; null for a region without.
 * @param {Model} model
 */
function landBounds(model) {
  const land = model.layers.find(({ look }) => look === "land");
  return land ? boundsOf(land.bounds) : null;
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
  const line = (/** @type {Steps} */ steps) => decodeLine(steps, shape.unit);
  if (shape.polygons) L.polygon(shape.polygons.map((rings) => rings.map(line)), options).addTo(group);
  if (shape.lines) L.polyline(shape.lines.map(line), { ...options, fill: false, className: `${options.className} line` }).addTo(group);
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
 * How exact the least exact layer of these looks is said to be, in words.
 * @param {Model} model
 * @param {Set<string>} looks
 */
export function accuracyOf({ layers }, looks) {
  return formatDistance(Math.max(0, ...layers.map(({ look, accuracy }) => (looks.has(look) ? accuracy ?? 0 : 0))));
}

/**
 * Say where the base map ends and when it is coarser than the screen.
 * @param {L.Map} map
 * @param {Model} model
 * @param {L.LatLngBounds|null} bounds
 * @param {HTMLElement} note
 */
export function watchLimits(map, model, bounds, note) {
  const limits = { base: accuracyOf(model, WATERS_AND_LAND), line: accuracyOf(model, LINE) };
  const refresh = () => {
    if (bounds && !bounds.contains(map.getCenter())) {
      note.textContent = t("limit_beyond");
    } else if (map.getZoom() >= COARSE_FROM_ZOOM) {
      note.textContent = t(map.getZoom() >= map.getMaxZoom() ? "limit_closest" : "limit_close", limits);
    } else {
      note.textContent = "";
    }
    note.hidden = !note.textContent;
  };
  map.on("moveend", refresh);
  refresh();
  return () => map.off("moveend", refresh);
}
