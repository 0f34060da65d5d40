// The legend is the filter: kinds, zones, background, layers.

import { button, h, isPhone } from "./dom.js";
import { ZONES } from "./format.js";
import { createSymbol } from "./symbols.js";
import { zoneKey } from "./payload.js";

const LINES = [
  { key: "dmz_north", label: "DMZ, northern half" },
  { key: "dmz_south", label: "DMZ, southern half" },
  { key: "mdl", label: "MDL (Demarcation Line)" },
  { key: "jsa", label: "Joint Security Area" },
  { key: "nll_west", also: ["nll_east"], label: "NLL (UNC/ROK line, not recognised by the DPRK)" },
];
const KEY_KIND = { shape: "circle", color: "#54606e", colorDark: "#b7c0cb" };
const KEY = [
  ["exact", "Place known within 2 km"],
  ["near", "Within 15 km"],
  ["area", "Somewhere in this area"],
];

/**
 * Build the legend.
 * @param {any} map
 * @param {any} model
 * @param {any} view
 * @param {Map<string, any>} layers
 * @param {() => void} onFilter
 */
export function createLegend(map, model, view, layers, onFilter) {
  const zones = countZones(model);
  const historical = model.incidents.filter((incident) => incident.historical).length;
  const kindBoxes = model.kinds.map((kind) => checkbox({
    label: kind.label, count: kind.count, sign: createSymbol(kind), checked: true, key: kind.key,
    onChange: (on) => { toggle(view.hiddenKinds, kind.key, !on); onFilter(); },
  }));
  const setAll = (on) => {
    for (const box of kindBoxes) box.querySelector("input").checked = on;
    view.hiddenKinds = new Set(on ? [] : model.kinds.map((kind) => kind.key));
    onFilter();
  };
  const body = h("div", { class: "legend-body" },
    model.kinds.length > 0 && group("Incidents", [
      ...kindBoxes,
      historical > 0 && checkbox({ label: "Background (historical)", count: historical, checked: true, key: "historical", className: "wide",
        onChange: (on) => { view.historical = on; onFilter(); } }),
    ], model.kinds.length > 2 && h("span", { class: "all-none" }, button("All", () => setAll(true)), button("None", () => setAll(false)))),
    zones.length > 0 && group("Where", zones.map(([zone, count]) => checkbox({ label: ZONES[zone] || zone, count, checked: true, key: zone,
      onChange: (on) => { toggle(view.hiddenZones, zone, !on); onFilter(); } }))),
    group("Lines and areas", LINES.filter((line) => layers.has(line.key)).map((line) => checkbox({
      label: line.label, sign: h("span", { class: `swatch ${line.key}`, "aria-hidden": "true" }), checked: true, key: line.key,
      onChange: (on) => {
        for (const layer of [line.key, ...(line.also || [])].map((key) => layers.get(key))) {
          if (on) layer?.addTo(map);
          else layer?.remove();
        }
      },
    }))),
    group("Signs", KEY.map(([grade, label]) => h("div", { class: "entry" }, createSymbol(KEY_KIND, grade), h("span", { class: "entry-label" }, label)))));
  const legend = h("details", { class: "legend", open: !isPhone() }, h("summary", {}, "Legend"), body);
  L.DomEvent.disableClickPropagation(legend);
  L.DomEvent.disableScrollPropagation(legend);
  return legend;
}

function group(title, entries, extra) {
  return h("fieldset", {}, h("legend", {}, title), extra, entries);
}

function checkbox({ label, count, sign, checked, key, onChange, className = "" }) {
  const input = h("input", { type: "checkbox", checked, "data-key": key, on: { change: () => onChange(input.checked) } });
  return h("label", { class: `entry ${className}` }, input, sign, h("span", { class: "entry-label" }, label), count !== undefined && h("span", { class: "entry-count" }, count.toLocaleString("en-US")));
}

function toggle(set, key, on) {
  if (on) set.add(key);
  else set.delete(key);
}

function countZones(model) {
  const counts = new Map();
  for (const incident of model.incidents) counts.set(zoneKey(incident), (counts.get(zoneKey(incident)) || 0) + 1);
  return Object.keys(ZONES).filter((zone) => counts.has(zone)).map((zone) => [zone, counts.get(zone)]);
}
