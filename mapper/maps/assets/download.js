// What is shown, as a file: CSV for spreadsheets, GeoJSON for maps.

import { h } from "./dom.js";
import { facetsOf, sourcesOf } from "./filters.js";

/** @type {[name: string, value: (incident: Incident) => string | number][]} */
const FIELDS = [
  ["incident_id", (incident) => incident.id],
  ["kind", (incident) => incident.kind.key],
  ["date_start", (incident) => incident.start],
  ["date_end", (incident) => incident.end],
  ["date_precision", (incident) => incident.precision],
  ["assertion", (incident) => incident.assertion],
  ["place", (incident) => incident.place?.label ?? ""],
  ["lon", (incident) => incident.place?.lon ?? ""],
  ["lat", (incident) => incident.place?.lat ?? ""],
  ["uncertainty_m", (incident) => incident.place?.uncertainty ?? ""],
  ["zone", (incident) => (incident.place ? facetsOf(incident).zone : "")],
  ["side", (incident) => incident.zone?.side ?? ""],
  ["zone_certainty", (incident) => incident.zone?.certainty ?? ""],
  ["mdl_distance_m", (incident) => incident.zone?.distance ?? ""],
  ["killed", (incident) => stated(incident, 0)],
  ["injured", (incident) => stated(incident, 1)],
  ["detained", (incident) => stated(incident, 2)],
  ["sources", (incident) => sourcesOf(incident).join("; ")],
  ["sentence", (incident) => incident.evidence[0]?.exact ?? ""],
  ["url", (incident) => incident.evidence[0]?.url ?? ""],
];

/**
 * @param {Incident} incident
 * @param {number} i
 */
const stated = ({ casualties }, i) => (casualties && casualties[i] >= 0 ? casualties[i] : "");

/**
 * A cell that no spreadsheet runs: a text that begins like a formula gets an apostrophe.
 * @param {string|number} value
 */
export function csvCell(value) {
  if (typeof value === "number") return String(value);
  const safe = /^\s*[=+\-@\t\r\n|%]/.test(value) || /^[\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value;
  return /[",\r\n;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * @param {any[]} incidents
 * @param {Incident[]} incidents
 */
export function toCsv(incidents) {
  const lines = [FIELDS.map(([name]) => name), ...incidents.map((incident) => FIELDS.map(([, value]) => csvCell(value(incident))))];
  return `\ufeff${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
}

/**
 * RFC 7946; an incident without a place has a null geometry, as the standard has it.
 * @param {Incident[]} incidents
 */
export function toGeoJson(incidents) {
  const features = incidents.map((incident) => ({
    type: "Feature",
    id: incident.id,
    geometry: incident.place ? { type: "Point", coordinates: [incident.place.lon, incident.place.lat] } : null,
    properties: Object.fromEntries(FIELDS.filter(([name]) => name !== "lon" && name !== "lat").map(([name, value]) => [name, value(incident) === "" ? null : value(incident)])),
  }));
  return `${JSON.stringify({ type: "FeatureCollection", features }, null, 1)}\n`;
}

/**
 * Hand a text to the browser as a file.
 * @param {string} name
 * @param {string} type
 * @param {string} text
 */
export function saveFile(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
