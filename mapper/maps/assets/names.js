// Names on the map: of places, lines and areas, as many as stand free of each other.

import { h } from "./dom.js";

const GAP_PX = 4;
// A name is not written twice within so many pixels: of a place, along a line, in an area.
const SAME_PX = { place: 260, line: 300, area: 480 };
// Half the width of an incident's sign.
const SIGN_PX = 15;
const CELL_PX = 128;
// From a place to its name.
const OFF_PX = 6;
const RING_PX = 20;
// Share of the screen beyond its edge where names stand ready for a pan.
const READY_MARGIN = 0.25;
const UNIT = 1e-4; // degrees
const SETTLE_MS = 150;
// Among names that come at one zoom: capitals, the belt, towns, lines and areas, villages and sites;
// halves of the belt are written again and again, and can wait for room.
const WEIGHTS = /** @type {Record<string, number>} */ ({ belt: 1.5, belt_north: 3.5, belt_south: 3.5 });
const LAYER_WEIGHT = 2.5;
const TOWN_WEIGHT = 2;

/**
 * Every name that the map may write, the first to be written first.
 * @param {Model} model
 * @returns {Name[]}
 */
export function listNames({ labels, names, layers: catalogue }) {
  // What a map opens without is switched on to be read: its names come before all others.
  const wanted = new Set(catalogue.filter(({ hidden }) => hidden).map(({ name }) => name));
  /** @type {Name[]} */
  const all = labels.name.map((name, i) => ({
    text: [name, labels.hangul[i]], lat: labels.lat[i] * UNIT, lng: labels.lon[i] * UNIT, from: labels.from[i], until: labels.until[i],
    weight: labels.rank[i], first: false, className: `town rank-${labels.rank[i]}`, angle: 0, sides: labels.dot[i] ? "dot" : "middle", apart: SAME_PX.place, layers: null,
  }));
  for (const { text, look, layers, until, at } of names) {
    for (let i = 0; i < at.length; i += 4) {
      const isLine = /line$|^parallel$|^belt$/.test(look);
      all.push({
        text, lat: at[i + 1] * UNIT, lng: at[i] * UNIT, from: at[i + 2], until, weight: WEIGHTS[look] ?? LAYER_WEIGHT, first: layers.some((each) => wanted.has(each)),
        className: `layer-name ${isLine ? "of-line" : "of-area"} name-${look}`, angle: isLine ? at[i + 3] : 0,
        sides: look === "belt" ? "under" : isLine ? "over" : look === "joint" ? "ring" : "middle", apart: isLine ? SAME_PX.line : SAME_PX.area, layers,
      });
    }
  }
  return all.map((name, i) => ({ name, i })).sort((a, b) => Number(b.name.first) - Number(a.name.first) || a.name.from - b.name.from || a.name.weight - b.name.weight || a.i - b.i).map(({ name }) => name);
}

/**
 * Where a name may stand around its point: left and top of its box, best first.
 * @param {string} sides
 * @param {number} width
 * @param {number} height
 * @param {number} angle
 * @returns {[number, number][]}
 */
export function placesAround(sides, width, height, angle) {
  const [x, y] = [-width / 2, -height / 2];
  const off = sides === "ring" ? RING_PX : OFF_PX;
  if (sides === "dot" || sides === "ring") return [[x, off], [x, -height - off], [off + 2, y], [-width - off - 2, y]];
  if (sides === "middle") return [[x, y]];
  // Beside a line: off at a right angle to it.
  const turn = (angle * Math.PI) / 180;
  const beside = (height / 2 + 1) * (sides === "under" ? 1 : -1);
  return [[x - Math.sin(turn) * beside, y + Math.cos(turn) * beside]];
}

/**
 * The box that holds a turned box, as left, top, right, bottom.
 * @param {number} left
 * @param {number} top
 * @param {number} width
 * @param {number} height
 * @param {number} angle
 * @returns {Box}
 */
export function boxAround(left, top, width, height, angle) {
  const turn = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn))];
  const [x, y] = [left + width / 2, top + height / 2];
  const [dx, dy] = [(width * cos + height * sin) / 2, (width * sin + height * cos) / 2];
  return [x - dx, y - dy, x + dx, y + dy];
}

/** Boxes by the cells of a grid that they touch. */
function createGrid() {
  /** @type {Map<number, Box[]>} */
  const cells = new Map();
  /**
   * @param {Box} box
   * @param {(cell: Box[], key: number) => boolean} visit false to stop
   */
  const walk = ([west, north, east, south], visit) => {
    for (let x = Math.floor(west / CELL_PX); x <= Math.floor(east / CELL_PX); x += 1) {
      for (let y = Math.floor(north / CELL_PX); y <= Math.floor(south / CELL_PX); y += 1) {
        const key = x * 1e7 + y;
        if (!visit(cells.get(key) || [], key)) return false;
      }
    }
    return true;
  };
  return {
    /** @param {Box} box */
    add: (box) => walk(box, (cell, key) => { cells.set(key, [...cell, box]); return true; }),
    /** @param {Box} box */
    isFree: ([west, north, east, south]) => walk([west - GAP_PX, north - GAP_PX, east + GAP_PX, south + GAP_PX], (cell) => cell.every((box) => west >= box[2] + GAP_PX || east + GAP_PX <= box[0] || north >= box[3] + GAP_PX || south + GAP_PX <= box[1])),
  };
}

/**
 * Choose the names that stand free of each other, in the order given; beside the signs of
 * incidents where that can be. A town is named even under a sign; a line is named
 * somewhere else, a village closer up.
 * @param {Name[]} names each with its size
 * @param {(name: Name) => {x: number, y: number}} pixel where its point is
 * @param {{x: number, y: number}[]} [signs]
 * @returns {Map<Name, [number, number]>} left and top of each chosen name's box, from its point
 */
export function thinOut(names, pixel, signs = []) {
  /** @type {Map<Name, [number, number]>} */
  const chosen = new Map();
  const [taken, covered] = [createGrid(), createGrid()];
  for (const { x, y } of signs) covered.add([x - SIGN_PX, y - SIGN_PX, x + SIGN_PX, y + SIGN_PX]);
  /** @type {Map<string, {x: number, y: number}[]>} */
  const written = new Map();
  for (const name of names) {
    const { width = 0, height = 0, angle, apart } = name;
    const at = pixel(name);
    const same = written.get(name.text[0]) || [];
    if (same.some(({ x, y }) => Math.hypot(x - at.x, y - at.y) < apart)) continue;
    const free = placesAround(name.sides, width, height, angle)
      .map(([left, top]) => ({ left, top, box: boxAround(at.x + left, at.y + top, width, height, angle) }))
      .filter(({ box }) => taken.isFree(box));
    const best = free.find(({ box }) => covered.isFree(box)) || (name.layers || name.weight > TOWN_WEIGHT ? undefined : free[0]);
    if (!best) continue;
    taken.add(best.box);
    chosen.set(name, [best.left, best.top]);
    written.set(name.text[0], [...same, at]);
  }
  return chosen;
}

/**
 * Keep the names on a map true to its zoom, its part in sight and the layers shown.
 * @param {L.Map} map
 * @param {Model} model
 * @param {Map<string, L.FeatureGroup>} layers
 * @param {() => {x: number, y: number}[]} signs of incidents, in pixels at the map's zoom
 */
export function createNames(map, model, layers, signs) {
  const all = listNames(model);
  const pane = /** @type {HTMLElement} */ (map.getPane("names"));
  /** @type {Map<Name, L.Marker>} */
  const markers = new Map();
  /** @type {Map<Name, [number, number]>} */
  let chosen = new Map();

  /**
   * Sizes are as the page draws them: one look at all that are new.
   * @param {Name[]} names
   */
  function measure(names) {
    const fresh = names.filter((name) => name.width === undefined);
    for (const name of fresh) name.element ??= draw(name);
    pane.append(...fresh.map((name) => /** @type {HTMLElement} */ (name.element)));
    for (const name of fresh) {
      const text = /** @type {HTMLElement} */ (name.element?.lastElementChild);
      name.width = text.offsetWidth;
      name.height = text.offsetHeight;
    }
    for (const name of fresh) name.element?.remove();
  }

  function refresh() {
    const zoom = map.getZoom();
    const wanted = all.filter(({ from, until, layers: of }) => from <= zoom && zoom < until + 1 && (!of || of.some((each) => isShown(each))));
    measure(wanted);
    const crs = /** @type {L.CRS} */ (map.options.crs);
    chosen = thinOut(wanted, ({ lat, lng }) => crs.latLngToPoint(L.latLng(lat, lng), zoom), signs());
    for (const [name, marker] of markers) {
      if (chosen.has(name)) continue;
      marker.remove();
      markers.delete(name);
    }
    show();
  }

  /** Only names in sight and around it are elements. */
  function show() {
    const bounds = map.getBounds().pad(READY_MARGIN);
    for (const [name, [left, top]] of chosen) {
      const near = bounds.contains([name.lat, name.lng]);
      const marker = markers.get(name);
      if (!near && marker) {
        marker.remove();
        markers.delete(name);
      } else if (near) {
        const text = /** @type {HTMLElement} */ (name.element?.lastElementChild);
        Object.assign(text.style, { left: `${Math.round(left)}px`, top: `${Math.round(top)}px`, transform: name.angle ? `rotate(${name.angle}deg)` : "" });
        if (!marker) markers.set(name, L.marker([name.lat, name.lng], { pane: "names", interactive: false, keyboard: false, icon: new NameIcon({ element: name.element }) }).addTo(map));
      }
    }
  }

  /** @param {string} layer */
  const isShown = (layer) => map.hasLayer(/** @type {L.Layer} */ (layers.get(layer)));

  map.on("zoomend", refresh);
  map.on("moveend", show);
  /** @type {number | undefined} */
  let waiting;
  return {
    refresh,
    /** Signs came or went; what is drawn now goes first. */
    settle() {
      clearTimeout(waiting);
      waiting = setTimeout(refresh, SETTLE_MS);
    },
    /** Another language or paper writes names larger or smaller. */
    remeasure() {
      for (const name of all) delete name.width;
      refresh();
    },
  };
}

/** @param {Name} name */
function draw({ text: [english, korean], className, sides }) {
  return h("div", { class: `leaflet-marker-icon map-name ${className}`, "aria-hidden": "true" },
    sides === "dot" && h("span", { class: "town-dot" }),
    h("span", { class: "name-text" }, h("span", { class: "name-en" }, english), korean && h("span", { class: "name-ko", lang: "ko" }, korean)));
}

/** @type {IconClass} */
const NameIcon = L.Icon.extend({
  options: { element: null },
  createIcon() {
    return this.options.element;
  },
  createShadow: () => null,
});
