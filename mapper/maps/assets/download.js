// What is shown, as a file: CSV for spreadsheets, GeoJSON for maps.

import { h } from "./dom.js";
import { isUntouched, sourcesOf } from "./filters.js";

/**
 * The columns of the program's own table (mapper/schema.py), as far as a map knows them, and
 * last what only the page has.
 * @type {[name: string, value: (incident: Incident) => string | number | boolean][]}
 */
const FIELDS = [
  ["incident_id", (incident) => incident.id],
  ["kind", (incident) => incident.kind.key],
  ["date_start", (incident) => incident.start],
  ["date_end", (incident) => incident.end],
  ["date_precision", (incident) => incident.precision],
  ["date_text", (incident) => incident.whenText],
  ["date_method", (incident) => incident.whenMethod],
  ["assertion", (incident) => incident.assertion],
  ["place", ({ place }) => place?.label ?? ""],
  ["place_id", ({ place }) => place?.id ?? ""],
  ["lon", ({ place }) => place?.lon ?? ""],
  ["lat", ({ place }) => place?.lat ?? ""],
  ["uncertainty_m", ({ place }) => place?.uncertainty ?? ""],
  ["place_stated", ({ place, stated: isStated }) => (place ? isStated : "")],
  ["zone", ({ zone }) => zone?.zone ?? ""],
  ["side", ({ zone }) => zone?.side ?? ""],
  ["certainty", ({ zone }) => zone?.certainty ?? ""],
  ["mdl_distance_m", ({ zone }) => zone?.distance ?? ""],
  ["mdl_distance_min_m", ({ zone }) => zone?.min ?? ""],
  ["mdl_distance_max_m", ({ zone }) => zone?.max ?? ""],
  ["share_inside_dmz", ({ zone }) => zone?.share ?? ""],
  ["actors", ({ actors }) => actors.map(({ name }) => name).join("; ")],
  ["actor_sides", ({ actors }) => actors.map(({ side }) => side || "-").join("; ")],
  ["actor_roles", ({ actors }) => actors.map(({ role }) => role || "-").join("; ")],
  ["killed", (incident) => stated(incident, 0)],
  ["injured", (incident) => stated(incident, 1)],
  ["detained", (incident) => stated(incident, 2)],
  ["summary", (incident) => incident.summary],
  ["probability", (incident) => incident.probability],
  ["quote", ({ evidence: [best] }) => best?.exact ?? ""],
  ["source", ({ evidence: [best] }) => best?.document?.label || best?.document?.title || ""],
  ["source_url", ({ evidence: [best] }) => best?.url ?? ""],
  ["source_count", ({ claims, evidence }) => claims.length || new Set(evidence.map(({ document }) => document)).size],
  ["known_id", ({ known: [fact] }) => (fact ? `${fact.register}:${fact.entry}` : "")],
  ["known_title", ({ known: [fact] }) => fact?.title ?? ""],
  ["sources", (incident) => sourcesOf(incident).join("; ")],
];

/**
 * @param {Incident} incident
 * @param {number} i
 */
const stated = ({ casualties }, i) => (casualties && casualties[i] >= 0 ? casualties[i] : "");

/**
 * A cell that no spreadsheet runs: a text that begins like a formula gets an apostrophe.
 * @param {string|number|boolean} value
 */
export function csvCell(value) {
  if (typeof value !== "string") return String(value);
  const safe = /^\s*[=+\-@\t\r\n|%]/.test(value) || /^[\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value;
  return /[",\r\n;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * What is shown, as a table for spreadsheets.
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
 * A name that tells what a file holds: "incidents_2015-01-01_2020-12-31_filtered.csv".
 * @param {View} view
 * @param {string} ending
 */
export function fileName(view, ending) {
  const time = view.from || view.to ? `_${view.from || "start"}_${view.to || "end"}` : "";
  const rest = isUntouched({ ...view, from: "", to: "" }) ? "" : "_filtered";
  return `incidents${time}${rest}.${ending}`;
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
