// The legend is the filter: kinds, zones, sides, how sure, how told, whose words, layers.

import { button, h, isPhone } from "./dom.js";
import { facetsOf, sourcesOf } from "./filters.js";
import { formatCount, kindLabel, language, named, t, wordOf } from "./i18n.js";
import { createSymbol, paint } from "./symbols.js";

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
// More kinds than these would push all else out of sight: they stand folded in their families.
const MOST_KINDS = 14;
/** @type {Set<string>} The families that are unfolded; another language changes nothing. */
const unfolded = new Set();

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
    boxes.push({ facet, value, count: 0, ...made });
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
  /** @type {(() => void)[]} */
  const families = [];
  /** @param {Kind} kind */
  const kindBox = (kind) => facetBox("kind", kind.key, kindLabel(kind), createSymbol(kind));
  /**
   * A box for all kinds of a family, and a button that unfolds them. A kind that is switched
   * off, or that has a family for itself, is never folded away.
   * @param {string} name
   */
  const familyRows = (name) => {
    const members = kinds.filter((kind) => (kind.family || "") === name);
    if (members.length === 1) return [kindBox(members[0])];
    const label = wordOf("family", name);
    const swatch = h("span", { class: "swatch family" });
    paint(swatch, members[0]);
    const whole = checkbox({ label, sign: swatch, key: name, facet: "family", count: true, onChange: (on) => {
      for (const { key } of members) toggle(view.hidden.kind, key, !on);
      onFilter();
    } });
    const fold = button("", () => {
      toggle(unfolded, name, !unfolded.has(name));
      show();
    }, { class: "fold", "aria-label": t("kinds_of", { family: label }) });
    const from = boxes.length;
    const rows = members.map(kindBox);
    const own = boxes.slice(from);
    for (const { input } of own) input.addEventListener("change", () => { unfolded.add(name); show(); });
    const show = () => {
      const all = unfolded.has(name);
      fold.setAttribute("aria-expanded", String(all));
      for (const { row, value } of own) row.classList.toggle("folded", !all && !view.hidden.kind.has(value));
    };
    families.push(() => {
      const on = own.filter(({ input }) => input.checked).length;
      whole.input.checked = on === own.length;
      whole.input.indeterminate = on > 0 && on < own.length;
      whole.number.textContent = formatCount(own.reduce((sum, { count }) => sum + count, 0));
      show();
    });
    return [h("div", { class: "family-row" }, whole.row, fold), h("div", { class: "kinds" }, rows)];
  };
  const kindRows = () => (kinds.length > MOST_KINDS ? [...new Set(kinds.map((kind) => kind.family || ""))].map(familyRows) : kinds.map(kindBox));
  /** @param {boolean} on */
  const setAll = (on) => {
    view.hidden.kind = new Set(on ? [] : kinds.map((kind) => kind.key));
    onFilter();
  };
  const body = h("div", { class: "legend-body" },
    kinds.length > 0 && group(t("group_kind"), kindRows(),
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
    for (const box of boxes) {
      const { facet, value, input, row, number } = box;
      const count = counts[facet].get(value) || 0;
      box.count = count;
      input.checked = !view.hidden[facet].has(value);
      number.textContent = formatCount(count);
      row.classList.toggle("empty", count === 0);
    }
    for (const tell of families) tell();
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
