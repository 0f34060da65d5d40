// Markers, clusters, and the shape of the place that is looked at.

import { h, reducedMotion } from "./dom.js";
import { describe, plural } from "./format.js";
import { createSymbol, paint } from "./symbols.js";
import { drawPlace } from "./basemap.js";
import { passes } from "./payload.js";

const SIZE_PX = 30;

/**
 * Put the incidents on the map.
 * @param {any} map
 * @param {any} model
 * @param {any} view
 * @param {(incident: any) => void} onOpen
 */
export function createMarkers(map, model, view, onOpen) {
  const markers = new Map();
  const group = L.markerClusterGroup({
    maxClusterRadius: 34,
    showCoverageOnHover: false,
    spiderLegPolylineOptions: { className: "spider-leg", weight: 1.5, opacity: 1 },
    spiderfyDistanceMultiplier: 1.5,
    animate: !reducedMotion(),
    chunkedLoading: false,
    iconCreateFunction: (cluster) => new ClusterIcon({ cluster }),
  });
  const peek = createPeek(map, model);
  for (const incident of model.incidents) {
    if (!incident.place) continue;
    const icon = new IncidentIcon({ incident, isSelected: () => view.selected === incident, peek });
    const marker = L.marker([incident.place.lat, incident.place.lon], {
      icon, keyboard: true, riseOnHover: true, zIndexOffset: incident.place.grade === "area" ? -500 : 0,
    });
    marker.incident = incident;
    markers.set(incident, marker);
  }

  group.on("click", (event) => onOpen(event.layer.incident));
  group.on("mouseover", (event) => peek.show(event.layer.incident));
  group.on("mouseout", () => peek.hide());

  const refresh = () => {
    const shown = [...markers.values()].filter((marker) => passes(marker.incident, view));
    group.clearLayers();
    group.addLayers(shown);
  };
  group.addTo(map); // first, since a group without a map looks for doubles in a list
  refresh();
  return { group, markers, refresh, peek, reveal: (incident, zoom) => reveal(map, group, markers.get(incident), zoom), mark: () => mark(markers, view) };
}

/**
 * Bring a marker on the screen by itself: come close enough, and fan out what shares its spot.
 * Clusters know their zoom and parent (`_zoom`, `__parent` of the pinned markercluster); its own
 * zoomToShowLayer fans out too early when a view changes without animation.
 */
async function reveal(map, group, marker, zoom) {
  if (!marker || !group.hasLayer(marker)) return;
  const closest = map.getMaxZoom();
  let cluster = marker.__parent;
  const fan = cluster._zoom >= closest;
  while (fan && cluster.__parent && cluster.__parent.getChildCount() === cluster.getChildCount()) cluster = cluster.__parent;
  const needed = fan ? cluster._zoom : cluster._zoom + 1;
  const isHere = marker.getElement() && map.getBounds().pad(-0.05).contains(marker.getLatLng());
  if (!isHere) {
    const { lat, lon } = marker.incident.place;
    map.setView([lat, lon], Math.max(map.getZoom(), zoom, needed), { animate: !reducedMotion(), duration: 0.6 });
  }
  await settled(map, group, () => marker.getElement() || group.getVisibleParent(marker)?.getElement());
  if (marker.getElement()) return;
  group.getVisibleParent(marker)?.spiderfy?.();
  await settled(map, group, () => marker.getElement());
}

/** Wait until the map stands still and a condition holds; give up after two seconds. */
async function settled(map, group, condition) {
  const end = performance.now() + 2000;
  while (performance.now() < end && (map._animatingZoom || group._inZoomAnimation || !condition())) {
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

/** Keep the look of the selected marker true. */
function mark(markers, view) {
  for (const [incident, marker] of markers) {
    const icon = marker.getElement();
    if (!icon) continue;
    icon.classList.toggle("selected", incident === view.selected);
    marker.setZIndexOffset(incident === view.selected ? 2000 : incident.place.grade === "area" ? -500 : 0);
  }
}

/** The shape under the pointer, and the one of the selected place, which stays. */
function createPeek(map, model) {
  let hovered = null;
  let kept = null;
  const draw = (place, kind, className) => {
    const shape = drawPlace(place, model, className);
    shape.addTo(map);
    const paths = shape.getLayers ? flatten(shape) : [shape];
    for (const path of paths) if (kind && path.getElement()) paint(path.getElement(), kind);
    return shape;
  };
  return {
    show(incident) {
      this.hide();
      hovered = draw(incident.place, incident.kind, "hovered");
    },
    hide() {
      hovered?.remove();
      hovered = null;
    },
    keep(place, kind) {
      kept?.remove();
      kept = place ? draw(place, kind, "kept") : null;
      return kept;
    },
  };
}

function flatten(group) {
  return group.getLayers().flatMap((layer) => (layer.getLayers ? flatten(layer) : [layer]));
}

const IncidentIcon = L.Icon.extend({
  options: { iconSize: [SIZE_PX, SIZE_PX], incident: null, isSelected: () => false, peek: null },
  createIcon() {
    const { incident, isSelected, peek } = this.options;
    const icon = h("div", { class: `incident-icon ${incident.place.grade}`, "aria-label": describe(incident), "data-incident": incident.index });
    icon.append(createSymbol(incident.kind, incident.place.grade));
    icon.classList.toggle("historical", incident.historical);
    icon.classList.toggle("selected", isSelected());
    icon.addEventListener("focus", () => peek.show(incident));
    icon.addEventListener("blur", () => peek.hide());
    return finish(this, icon);
  },
  createShadow: () => null,
});

const ClusterIcon = L.Icon.extend({
  options: { iconSize: [38, 38], cluster: null },
  createIcon() {
    const incidents = this.options.cluster.getAllChildMarkers().map((marker) => marker.incident);
    const counts = new Map();
    for (const { kind } of incidents) counts.set(kind, (counts.get(kind) || 0) + 1);
    const order = [...counts].sort((a, b) => b[1] - a[1]);
    const words = order.slice(0, 4).map(([kind, count]) => `${count} ${kind.label.toLowerCase()}`).join(", ");
    const icon = h("div", { class: "cluster-icon", "aria-label": `${plural(incidents.length, "incident")} here: ${words}${order.length > 4 ? ", and others" : ""}` },
      h("span", {}, incidents.length.toLocaleString("en-US")));
    icon.classList.toggle("vague", incidents.every((incident) => incident.place.grade === "area"));
    icon.style.setProperty("--slices", slices(order, incidents.length, "color"));
    icon.style.setProperty("--slices-dark", slices(order, incidents.length, "colorDark"));
    return finish(this, icon);
  },
  createShadow: () => null,
});

/** The ring of a cluster: a slice for each colour. */
function slices(order, total, colorKey) {
  const byColor = new Map();
  for (const [kind, count] of order) byColor.set(kind[colorKey], (byColor.get(kind[colorKey]) || 0) + count);
  let at = 0;
  const stops = [...byColor].map(([color, count]) => {
    const from = at;
    at += (count / total) * 100;
    return `${color} ${from.toFixed(2)}% ${at.toFixed(2)}%`;
  });
  return `conic-gradient(${stops.join(", ")})`;
}

function finish(icon, element) {
  const own = element.className;
  icon._setIconStyles(element, "icon"); // Leaflet writes className anew
  element.className += ` ${own}`;
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    element.click();
  });
  return element;
}
