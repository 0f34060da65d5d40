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
 * @param {(incident: any, how: string) => void} onOpen
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
    const icon = new IncidentIcon({ incident, isSelected: () => view.selected === incident });
    const marker = L.marker([incident.place.lat, incident.place.lon], {
      icon, keyboard: true, riseOnHover: true, zIndexOffset: incident.place.grade === "area" ? -500 : 0,
    });
    marker.incident = incident;
    marker.on("click", () => onOpen(incident, "map"));
    marker.on("mouseover", () => peek.show(incident));
    marker.on("mouseout", () => peek.hide());
    marker.on("add", () => watchFocus(marker, () => peek.show(incident), () => peek.hide()));
    markers.set(incident, marker);
  }

  const refresh = () => {
    const shown = [...markers.values()].filter((marker) => passes(marker.incident, view));
    group.clearLayers();
    group.addLayers(shown);
  };
  refresh();
  group.addTo(map);
  return { group, markers, refresh, peek, reveal: (incident) => reveal(map, group, markers.get(incident)), mark: () => mark(markers, view) };
}

function watchFocus(marker, onFocus, onBlur) {
  const icon = marker.getElement();
  if (!icon || icon.dataset.watched) return;
  icon.dataset.watched = "yes";
  icon.addEventListener("focus", onFocus);
  icon.addEventListener("blur", onBlur);
}

/** Fan out or come closer until the marker itself is on the screen. */
function reveal(map, group, marker) {
  return new Promise((resolve) => {
    if (!marker || !group.hasLayer(marker)) {
      resolve(null);
      return;
    }
    const parent = group.getVisibleParent(marker);
    const done = () => resolve(marker);
    if (parent && parent !== marker && isOneSpot(parent)) {
      const fan = () => {
        group.once("spiderfied", done);
        parent.spiderfy();
      };
      if (map.getBounds().pad(-0.1).contains(parent.getLatLng())) fan();
      else {
        map.once("moveend", fan);
        map.panTo(parent.getLatLng(), { animate: !reducedMotion() });
      }
    } else {
      group.zoomToShowLayer(marker, done);
    }
  });
}

function isOneSpot(cluster) {
  const [first, ...rest] = cluster.getAllChildMarkers().map((marker) => marker.incident.place);
  return rest.every((place) => place.lat === first.lat && place.lon === first.lon);
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
  options: { iconSize: [SIZE_PX, SIZE_PX], incident: null, isSelected: () => false },
  createIcon() {
    const { incident, isSelected } = this.options;
    const icon = h("div", { class: `incident-icon ${incident.place.grade}`, "aria-label": describe(incident), "data-incident": incident.index });
    icon.append(createSymbol(incident.kind, incident.place.grade));
    icon.classList.toggle("historical", incident.historical);
    icon.classList.toggle("selected", isSelected());
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
