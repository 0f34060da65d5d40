// The legend is the filter: kinds, zones, sides, how sure, how told, whose words, layers.

import { button, h, isPhone } from "./dom.js";
import { facetsOf, sourcesOf } from "./filters.js";
import { formatCount, kindLabel, language, named, t } from "./i18n.js";
import { createSymbol } from "./symbols.js";

/** @type {Record<string, string[]>} */
const ORDER = {
  zone: ["jsa", "inside_dmz", "north_of_dmz", "south_of_dmz", "sea", "outside_korea", "unknown", "unplaced"],
  side: ["north", "south", "straddles", "unknown"],
  certainty: ["certain", "possible", "excluded", "none"],
  grade: ["exact", "near", "area", "unplaced"],
  assertion: ["asserted", "alleged", "denied", "planned", "historical"],
};
const KEY_KIND = { shape: "circle", color: "#54606e", colorDark: "#b7c0cb" };
// More sources than these would be a list nobody reads; the search box finds them too.
const MOST_SOURCES = 300;

/**
 * Build the legend.
 * @param {L.Map} map
 * @param {Model} model
 * @param {View} view
 * @param {Map<string, L.FeatureGroup>} layers
 * @param {{onFilter: () => void, onReset: () => void, onLayers: () => void, open: boolean}} actions
 */
export function createLegend(map, model, view, layers, { onFilter, onReset, onLayers, open }) {
  /** @type {LegendBox[]} */
  const boxes = [];
  const kinds = model.kinds.filter((kind) => kind.count > 0); // the others are only claimed
  /** @type {HTMLSelectElement | null} */
  let sourceSelect = null;
  /**
   * @param {Facet} facet
   * @param {string} value
   * @param {string} label
   * @param {Child} [sign]
   */
  const facetBox = (facet, value, label, sign) => {
    const made = checkbox({ label, sign, key: value, facet, count: true, onChange: (on) => { toggle(view.hidden[facet], value, !on); onFilter(); } });
    boxes.push({ facet, value, ...made });
    return made.row;
  };
  /** @param {Facet} facet */
  const present = (facet) => {
    const values = new Set(model.incidents.map((incident) => facetsOf(incident)[facet]));
    return [...ORDER[facet].filter((value) => values.has(value)), ...[...values].filter((value) => !ORDER[facet].includes(value))];
  };
  /**
   * @param {Facet} facet
   * @param {(value: string) => Child} [sign]
   */
  const facetGroup = (facet, sign) => {
    const values = present(facet);
    return values.length > (sign ? 0 : 1) && group(t(`group_${facet}`), values.map((value) => facetBox(facet, value, named(facet, value), sign?.(value))));
  };
  /** @param {boolean} on */
  const setAll = (on) => {
    view.hidden.kind = new Set(on ? [] : kinds.map((kind) => kind.key));
    onFilter();
  };
  const body = h("div", { class: "legend-body" },
    kinds.length > 0 && group(t("group_kind"), kinds.map((kind) => facetBox("kind", kind.key, kindLabel(kind), createSymbol(kind))),
      kinds.length > 2 && h("span", { class: "all-none" }, button(t("all"), () => setAll(true)), button(t("none"), () => setAll(false)))),
    facetGroup("assertion"),
    facetGroup("zone"),
    facetGroup("grade", (value) => (value === "unplaced" ? null : createSymbol(KEY_KIND, value))),
    facetGroup("side"),
    facetGroup("certainty"),
    sourceGroup(),
    group(t("group_layers"), layerLines(model.layers.filter(({ name }) => layers.has(name))).map((line) => layerBox(line))),
    model.tiles && h("p", { class: "how" }, t("tiles_note", { name: model.tiles.name })),
    button(t("reset"), onReset, { class: "reset" }));
  const legend = h("details", { class: "legend", open }, h("summary", {}, t("legend")), body);
  L.DomEvent.disableClickPropagation(legend);
  L.DomEvent.disableScrollPropagation(legend);

  function sourceGroup() {
    const sources = [...new Set(model.incidents.flatMap(sourcesOf))].sort();
    if (sources.length < 2) return null;
    const select = h("select", { "aria-label": t("group_source"), "data-key": "source", on: { change: () => { view.source = select.value; onFilter(); } } },
      h("option", { value: "" }, t("all_sources")), sources.slice(0, MOST_SOURCES).map((source) => h("option", { value: source }, source)));
    sourceSelect = select;
    const made = group(t("group_source"), [select]);
    made.classList.add("not-printed"); // paper says which filters were in force
    return made;
  }

  /** @param {LayerInfo[]} line what one box switches */
  function layerBox(line) {
    const shown = line.flatMap(({ name }) => layers.get(name) || []);
    const [{ name, look, legend: [english, korean] }] = line;
    const made = checkbox({ label: (language() === "ko" && korean) || english, sign: h("span", { class: `swatch look-${look}`, "aria-hidden": "true" }), key: name,
      onChange: (on) => { for (const layer of shown) { if (on) layer.addTo(map); else layer.remove(); } onLayers(); } });
    made.input.checked = shown.some((layer) => map.hasLayer(layer));
    return made.row;
  }

  /**
   * Show the live counts, and what the view hides.
   * @param {FacetCounts} counts
   */
  function refresh(counts) {
    for (const { facet, value, input, row, number } of boxes) {
      const count = counts[facet].get(value) || 0;
      input.checked = !view.hidden[facet].has(value);
      number.textContent = formatCount(count);
      row.classList.toggle("empty", count === 0);
    }
    if (sourceSelect) sourceSelect.value = view.source;
  }

  return { root: legend, body, refresh };
}

/**
 * Layers with the same words share a line; those without any have none.
 * @param {LayerInfo[]} layers
 * @returns {LayerInfo[][]}
 */
function layerLines(layers) {
  /** @type {Map<string, LayerInfo[]>} */
  const lines = new Map();
  for (const layer of layers) {
    const [words] = layer.legend;
    if (words) lines.set(words, [...(lines.get(words) || []), layer]);
  }
  // The line is drawn, and shown in the legend, by what is more than a name.
  return [...lines.values()].map((line) => line.sort((a, b) => a.order - b.order));
}

export const legendOpensFirst = () => !isPhone();

/**
 * @param {string} title
 * @param {Child[]} entries
 * @param {Child} [extra]
 */
function group(title, entries, extra) {
  return h("fieldset", {}, h("legend", {}, title), extra, entries);
}

/** @param {{label: string, count?: boolean, sign?: Child, key: string, facet?: string, onChange: (on: boolean) => void}} options */
function checkbox({ label, count = false, sign = null, key, facet = "", onChange }) {
  const input = h("input", { type: "checkbox", checked: true, "data-key": key, "data-facet": facet || false, on: { change: () => onChange(input.checked) } });
  const number = h("span", { class: "entry-count" });
  return { input, number, row: h("label", { class: "entry" }, input, sign, h("span", { class: "entry-label" }, label), count && number) };
}

/**
 * @param {Set<string>} set
 * @param {string} key
 * @param {boolean} on
 */
function toggle(set, key, on) {
  if (on) set.add(key);
  else set.delete(key);
}
