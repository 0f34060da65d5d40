// Markers, clusters, and the shape of the place that is looked at.

import { h, reducedMotion } from "./dom.js";
import { describe } from "./format.js";
import { formatCount, kindLabel, plural, t } from "./i18n.js";
import { createSymbol, paint } from "./symbols.js";
import { drawPlace } from "./basemap.js";
import { fanOut, groupPoints } from "./clusters.js";

const SIZE_PX = 30;
const RADIUS_PX = 34;
// Share of the screen beyond its edge where markers stand ready for a pan.
const MARGIN = 0.15;
// Centers of two signs, a cluster among them, that touch.
const TOUCH_PX = 36;
// More than these around one spot would cover the map.
const MOST_FANNED = 40;

/**
 * Put incidents on the map: only those in sight become elements.
 * @param {L.Map} map
 * @param {Model} model
 * @param {View} view
 * @param {(incident: Incident) => void} onOpen
 */
export function createMarkers(map, model, view, onOpen) {
  const peek = createPeek(map, model);
  const layer = L.layerGroup().addTo(map);
  /** @type {{shown: PlacedIncident[], zoom: number, groups: Group[], drawn: Map<Group, IncidentMarker>, fan: {group: Group | null, layer: L.LayerGroup, markers: IncidentMarker[]} | null}} */
  const state = { shown: [], zoom: NaN, groups: [], drawn: new Map(), fan: null };
  /** @type {Map<Incident, L.Point>} */
  const world = new Map();
  for (const incident of model.incidents) {
    if (incident.place) world.set(incident, map.project([incident.place.lat, incident.place.lon], 0));
  }
  /** @param {number} zoom */
  const pixels = (zoom) => {
    const scale = map.getZoomScale(zoom, 0);
    return (/** @type {Incident} */ incident) => {
      const { x, y } = /** @type {L.Point} */ (world.get(incident));
      return { x: x * scale, y: y * scale };
    };
  };

  /**
   * Show these incidents and no others.
   * @param {Incident[]} shown
   */
  function refresh(shown) {
    state.shown = shown.filter(isPlaced);
    regroup();
  }

  function regroup() {
    closeFan();
    layer.clearLayers();
    state.drawn.clear();
    state.zoom = map.getZoom();
    state.groups = groupPoints(state.shown, pixels(state.zoom), RADIUS_PX)
      .map(({ x, y, items }) => ({ x, y, items, latLng: map.unproject([x, y], state.zoom) }));
    draw();
  }

  function draw() {
    const bounds = map.getBounds().pad(MARGIN);
    for (const group of state.groups) {
      const near = bounds.contains(group.latLng);
      const marker = state.drawn.get(group);
      if (near && !marker && state.fan?.group !== group) {
        state.drawn.set(group, create(group).addTo(layer));
      } else if (!near && marker) {
        layer.removeLayer(marker);
        state.drawn.delete(group);
      }
    }
    giveWay();
  }

  /** Signs that would touch one of an open fan are out of sight until it closes. */
  function giveWay() {
    const fanned = state.fan?.group ? state.fan.markers.map((each) => map.latLngToLayerPoint(each.getLatLng())) : [];
    for (const marker of state.drawn.values()) {
      const touches = (/** @type {L.Point} */ spot) => spot.distanceTo(map.latLngToLayerPoint(marker.getLatLng())) < TOUCH_PX;
      marker.getElement()?.classList.toggle("behind-fan", fanned.some(touches));
    }
  }

  /** @param {Group} group */
  function create(group) {
    const [incident] = group.items;
    return group.items.length === 1 ? createMarker(incident, [incident.place.lat, incident.place.lon]) : createCluster(group);
  }

  /**
   * @param {PlacedIncident} incident
   * @param {L.LatLngExpression} latLng
   */
  function createMarker(incident, latLng) {
    const icon = new IncidentIcon({ incident, isSelected: () => view.selected === incident, peek });
    const marker = /** @type {IncidentMarker} */ (L.marker(latLng, { icon, keyboard: true, riseOnHover: true, zIndexOffset: raise(incident) }));
    marker.incident = incident;
    return marker.on("click", () => onOpen(incident)).on("mouseover", () => peek.show(incident)).on("mouseout", () => peek.hide());
  }

  /** @param {Group} group */
  function createCluster(group) {
    const marker = L.marker(group.latLng, { icon: new ClusterIcon({ incidents: group.items }), keyboard: true, riseOnHover: true });
    return marker.on("click", () => split(group));
  }

  /**
   * Come closer until a cluster falls apart, or fan out what never would.
   * @param {Group} group
   */
  function split(group) {
    if (staysTogether(group.items)) {
      openFan(group);
      state.fan?.markers[0].getElement()?.focus({ preventScroll: true });
      return;
    }
    const bounds = L.latLngBounds(group.items.map(({ place }) => [place.lat, place.lon]));
    const zoom = Math.max(state.zoom + 1, map.getBoundsZoom(bounds, false, L.point(80, 80)));
    go(bounds.getCenter(), Math.min(zoom, map.getMaxZoom()));
  }

  /**
   * @param {L.LatLngExpression} center
   * @param {number} zoom
   */
  function go(center, zoom) {
    map.setView(center, zoom, { animate: !reducedMotion(), duration: 0.5 });
  }

  /** @param {PlacedIncident[]} incidents */
  function staysTogether(incidents) {
    const groups = groupPoints(incidents, pixels(map.getMaxZoom()), RADIUS_PX);
    return groups.length === 1;
  }

  /**
   * @param {Group} group
   * @param {PlacedIncident} [wanted] stands beside the cluster when all would be too many
   */
  function openFan(group, wanted) {
    closeFan();
    const items = wanted && group.items.length > MOST_FANNED ? [wanted] : group.items;
    const cluster = state.drawn.get(group);
    if (cluster && items === group.items) {
      layer.removeLayer(cluster);
      state.drawn.delete(group);
    }
    const center = map.latLngToLayerPoint(group.latLng);
    const fan = L.layerGroup().addTo(map);
    const markers = fanOut(items.length).map(({ x, y }, i) => {
      const latLng = map.layerPointToLatLng(center.add([x, y]));
      L.polyline([group.latLng, latLng], { className: "spider-leg", weight: 1.5, interactive: false }).addTo(fan);
      return createMarker(items[i], latLng).addTo(fan);
    });
    state.fan = { group: items === group.items ? group : null, layer: fan, markers };
    giveWay();
  }

  function closeFan() {
    if (!state.fan) return;
    state.fan.layer.remove();
    const { group } = state.fan;
    state.fan = null;
    if (group && state.groups.includes(group)) draw();
    else giveWay();
  }

  /**
   * The marker of an incident, if it stands by itself on the screen.
   * @param {Incident} incident
   * @returns {IncidentMarker|null}
   */
  function find(incident) {
    const fanned = state.fan?.markers.find((marker) => marker.incident === incident);
    if (fanned) return fanned;
    for (const marker of state.drawn.values()) if (marker.incident === incident) return marker;
    return null;
  }

  /**
   * Bring an incident on the screen by itself: come close enough, and fan out what shares its spot.
   * A map that is to stay where it is only fans out; one that shows a wide place comes no closer.
   * @param {Incident} incident
   * @param {Flight} flight
   * @param {{stay?: boolean}} [options]
   */
  async function reveal(incident, { center, zoom, fits, bounds }, { stay = false } = {}) {
    if (!isPlaced(incident) || !state.shown.includes(incident)) return;
    const marker = find(incident);
    const inSight = map.getBounds().pad(-0.05);
    if (marker?.getElement() && inSight.contains(marker.getLatLng()) && (!bounds || inSight.contains(bounds))) return;
    if (stay) {
      const here = state.groups.find((each) => each.items.includes(incident));
      if (here && here.items.length > 1 && staysTogether(here.items)) openFan(here);
      return;
    }
    const closest = map.getMaxZoom();
    let wanted = fits ? Math.max(map.getZoom(), zoom) : zoom;
    while (fits && wanted < closest && !standsAlone(incident, wanted)) wanted = Math.min(closest, wanted + 1);
    go(center, wanted);
    await settled(map);
    const group = state.groups.find((each) => each.items.includes(incident));
    if (group && group.items.length > 1) openFan(group, incident);
  }

  /**
   * @param {PlacedIncident} incident
   * @param {number} zoom
   */
  function standsAlone(incident, zoom) {
    const group = groupPoints(state.shown, pixels(zoom), RADIUS_PX).find((each) => each.items.includes(incident));
    return !group || group.items.length === 1 || staysTogether(group.items);
  }

  /** Keep the look of the selected marker true. */
  function mark() {
    for (const marker of [...state.drawn.values(), ...(state.fan?.markers || [])]) {
      if (!marker.incident || !marker.getElement()) continue;
      marker.getElement()?.classList.toggle("selected", marker.incident === view.selected);
      marker.setZIndexOffset(marker.incident === view.selected ? 2000 : raise(marker.incident));
    }
  }

  /** What stands on the map as elements: incidents, and clusters of them. */
  const signs = () => [...state.drawn].flatMap(([{ items }, marker]) => {
    const element = marker.getElement();
    return element ? [{ items, element }] : [];
  });

  map.on("zoomend", () => { regroup(); mark(); });
  map.on("moveend", () => { if (state.zoom === map.getZoom()) draw(); });
  return { refresh, peek, reveal, mark, find, closeFan, signs, groups: () => state.groups };
}

/**
 * @param {Incident} incident
 * @returns {incident is PlacedIncident}
 */
const isPlaced = (incident) => incident.place !== null;

/** @param {Incident} incident */
const isVague = (incident) => incident.place?.grade === "area";

/** @param {Incident} incident */
const raise = (incident) => (isVague(incident) ? -500 : 0);

/**
 * Wait until the map stands still; give up after two seconds.
 * @param {InnerMap} map
 */
async function settled(map) {
  const end = performance.now() + 2000;
  do {
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  } while (performance.now() < end && (map._animatingZoom || map._panAnim?._inProgress));
}

/**
 * The shape under the pointer, and the one of the selected place, which stays.
 * @param {L.Map} map
 * @param {Model} model
 */
function createPeek(map, model) {
  /** @type {L.Layer | null} */
  let hovered = null;
  /** @type {L.FeatureGroup | L.Circle | null} */
  let kept = null;
  /** @param {L.FeatureGroup | L.Circle | null} shape */
  const fade = (shape) => {
    const bounds = shape?.getBounds();
    if (!shape || !bounds?.isValid()) return;
    const { x, y } = map.getSize();
    const size = map.latLngToLayerPoint(bounds.getSouthEast()).subtract(map.latLngToLayerPoint(bounds.getNorthWest()));
    // What is wider than the screen is an outline: a tint without an edge in sight says nothing.
    for (const path of flatten(shape)) path.getElement()?.classList.toggle("wide", size.x > x || size.y > y);
  };
  map.on("moveend resize", () => fade(kept)); // not zoomend: a circle is measured anew after that
  /**
   * @param {Located} place
   * @param {Kind|null} kind
   * @param {string} className
   */
  const draw = (place, kind, className) => {
    const shape = drawPlace(place, model, className);
    shape.addTo(map);
    for (const path of flatten(shape)) {
      const element = path.getElement();
      if (kind && element) paint(/** @type {SVGElement} */ (element), kind);
    }
    fade(shape);
    return shape;
  };
  return {
    /** @param {Incident} incident */
    show(incident) {
      this.hide();
      if (incident.place) hovered = draw(incident.place, incident.kind, "hovered");
    },
    hide() {
      hovered?.remove();
      hovered = null;
    },
    /**
     * @param {Located | null} place
     * @param {Kind | null} [kind]
     */
    keep(place, kind = null) {
      kept?.remove();
      kept = place ? draw(place, kind, "kept") : null;
    },
    /** The box of the shape that is kept; nothing, if there is none to draw. */
    bounds() {
      const bounds = kept?.getBounds();
      return bounds?.isValid() ? bounds : null;
    },
  };
}

/**
 * @param {L.Layer} layer
 * @returns {L.Path[]}
 */
function flatten(layer) {
  return layer instanceof L.LayerGroup ? layer.getLayers().flatMap(flatten) : [/** @type {L.Path} */ (layer)];
}

/** @type {IconClass} */
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

/** @type {IconClass} */
const ClusterIcon = L.Icon.extend({
  options: { iconSize: [38, 38], incidents: [] },
  createIcon() {
    const { incidents } = this.options;
    const counts = new Map();
    for (const { kind } of incidents) counts.set(kind, (counts.get(kind) || 0) + 1);
    const order = [...counts].sort((a, b) => b[1] - a[1]);
    const vague = incidents.filter(isVague).length;
    const words = order.slice(0, 4).map(([kind, count]) => `${count} ${kindLabel(kind).toLowerCase()}`).join(", ");
    const icon = h("div", { class: "cluster-icon", "aria-label": t("cluster_label", { incidents: plural(incidents.length, "incident"), kinds: words + (order.length > 4 ? t("and_others") : "") }) + (vague ? t("cluster_vague", { vague: formatCount(vague), all: formatCount(incidents.length) }) : "") },
      h("span", { class: incidents.length > 999 ? "many" : "" }, formatCount(incidents.length)));
    icon.classList.toggle("vague", vague * 2 > incidents.length);
    icon.style.setProperty("--slices", slices(incidents, "color"));
    icon.style.setProperty("--slices-dark", slices(incidents, "colorDark"));
    return finish(this, icon);
  },
  createShadow: () => null,
});

/**
 * The ring of a cluster: a slice for each colour, then the pale ones of what lies somewhere in
 * an area.
 * @param {PlacedIncident[]} incidents
 * @param {"color"|"colorDark"} colorKey
 */
function slices(incidents, colorKey) {
  /** @type {Map<string, number>[]} */
  const [known, vague] = [new Map(), new Map()];
  for (const incident of incidents) {
    const color = incident.kind[colorKey];
    const counts = isVague(incident) ? vague : known;
    counts.set(color, (counts.get(color) || 0) + 1);
  }
  let at = 0;
  const stops = [known, vague].flatMap((counts) => [...counts].sort((a, b) => b[1] - a[1]).map(([color, count]) => {
    const from = at;
    at += (count / incidents.length) * 100;
    const shown = counts === vague ? `color-mix(in srgb, ${color} 30%, var(--halo))` : color;
    return `${shown} ${from.toFixed(2)}% ${at.toFixed(2)}%`;
  }));
  return `conic-gradient(${stops.join(", ")})`;
}

/**
 * @param {InnerIcon} icon
 * @param {HTMLElement} element
 */
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
