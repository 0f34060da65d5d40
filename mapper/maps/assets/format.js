// Numbers, days and model words as people read them.

import { formatCount, kindLabel, language, named, say, sayName, t } from "./i18n.js";

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
  "September", "October", "November", "December"];

// Metres: twice the half width of the DMZ.
const FAR_M = 4000;
// Share of the reach.
const MOST_ON_A_SIDE = 0.75;

/**
 * @param {string} iso
 * @param {{year?: boolean}} [options]
 */
function day(iso, { year = true } = {}) {
  const [y, m, d] = iso.split("-").map(Number);
  if (language() === "ko") return `${year ? `${y}년 ` : ""}${m}월 ${d}일`;
  return `${d} ${MONTHS[m - 1]}${year ? ` ${y}` : ""}`;
}

/**
 * The date of an incident, no more exact than it is known.
 * @param {When} when
 */
export function formatDate({ start, end, precision }) {
  if (!start) return t("date_unknown");
  const [y, m] = start.split("-").map(Number);
  const korean = language() === "ko";
  if (precision === "year") return korean ? `${y}년` : String(y);
  if (precision === "month") return korean ? `${y}년 ${m}월` : `${MONTHS[m - 1]} ${y}`;
  if (start === end) return day(start);
  const sameYear = start.slice(0, 4) === end.slice(0, 4);
  const span = start.slice(0, 7) === end.slice(0, 7) && !korean
    ? `${Number(start.slice(8))}–${day(end)}`
    : `${day(start, { year: korean || !sameYear })} – ${day(end)}`;
  return precision === "range" ? span : `${span} (${named("precision", precision)})`;
}

/**
 * Metres as a person would say them.
 * @param {number} metres
 */
export function formatDistance(metres) {
  const size = Math.abs(metres);
  if (size < 950) return `${size < 95 ? Math.round(size) : Math.round(size / 10) * 10} m`;
  if (size < 9500) return `${(size / 1000).toFixed(1)} km`;
  return `${formatCount(Math.round(size / 1000))} km`;
}

/**
 * Where, and how well that is known.
 * @param {Located} place
 */
export function formatUncertainty(place) {
  if (place.isLine) return t("along_line");
  if (place.shape && place.grade === "area") return t("in_area");
  if (place.shape) return t("area_across", { width: formatDistance(place.extent * 2) });
  if (place.grade === "area") return t("somewhere_within", { distance: formatDistance(place.uncertainty) });
  return `± ${formatDistance(place.uncertainty)}`;
}

/** @param {number} share */
export function formatPercent(share) {
  return share > 0.995 && share < 1 ? "> 99 %" : `${Math.round(share * 100)} %`;
}

/**
 * Zone, and how sure that is.
 * @param {Zone} zone
 */
export function formatZoneName(zone) {
  const name = named("zone", zone.zone);
  const lower = name.replace(/^(Inside|North|South|At|Outside)/, (word) => word.toLowerCase());
  let head = name;
  if (zone.zone !== "unknown" && zone.certainty === "possible") head = t("possibly", { zone: lower });
  if (zone.zone !== "unknown" && zone.certainty === "excluded") head = t("not_zone", { zone: lower });
  return head;
}

/**
 * Zone, how sure that is, side and distance to the MDL; of what may lie far on either side, that first.
 * @param {Zone} zone
 */
export function formatZone(zone) {
  const { certainty, min, max } = zone;
  const [south, north] = [-(min ?? 0), max ?? 0];
  if (certainty !== "possible" || Math.min(south, north) <= FAR_M || Math.max(south, north) > MOST_ON_A_SIDE * (south + north)) {
    return [formatZoneName(zone), mdlRange(zone)].filter(Boolean).join("; ");
  }
  const name = formatZoneName(zone);
  return [t("mdl_anywhere", { south: formatDistance(south), north: formatDistance(north) }), name.replace(/^Possibly/, "possibly")].join("; ");
}

/**
 * Distance to the MDL, short enough for a cell: "1.8 km S – 1.3 km N".
 * @param {Zone} zone
 */
export function formatMdlShort({ side, distance, min, max }) {
  if (distance === null) return "";
  const ends = [min ?? distance, max ?? distance].map((metres) => {
    const way = side === "unknown" || Math.abs(metres) < 1 ? "mdl_any" : metres < 0 ? "mdl_s" : "mdl_n";
    return t(way, { distance: formatDistance(metres) });
  });
  return [...new Set(ends)].join(" – ");
}

/** @param {Zone} zone */
function mdlRange({ side, distance, min, max }) {
  if (distance === null) return "";
  const low = min ?? distance;
  const high = max ?? distance;
  if (side === "straddles" || (low < 0 && high > 0)) {
    const reach = [low < 0 && `${formatDistance(low)} ${t("south_word")}`, high > 0 && `${formatDistance(high)} ${t("north_word")}`];
    const known = reach.filter(Boolean);
    return known.length ? t("mdl_astride", { reach: known.join(` ${t("and")} `) }) : t("mdl_astride_only");
  }
  const [near, far] = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b).map(formatDistance);
  const range = near === far ? near : `${near} ${t("to")} ${far}`;
  return side === "north" || side === "south" ? t("mdl_side", { range, side: t(`${side}_word`) }) : t("mdl_from", { range });
}

/**
 * Killed, injured, detained: only what a text states.
 * @param {Casualties|null} numbers
 */
export function formatCasualties(numbers) {
  if (!numbers) return "";
  const words = ["killed", "injured", "detained"];
  // "0 injured" would read like harm at a glance.
  return numbers.map((count, i) => (count < 0 ? "" : t(count ? words[i] : `not_${words[i]}`, { count }))).filter(Boolean).join(", ");
}

const LAST_DATE = /, (?:\d{4}(?:-\d\d){0,2}(?: to \d{4}-\d\d-\d\d)?|date unknown|"[^"]*")(?:: ([^"[\]]+))?(?: \[\w+\])?$/;
const HARM = /^\d+ (?:killed|injured|detained)$/;

/**
 * What a summary says beyond what stands beside it: all of it, or, if the program made it of
 * kind, place and date, what the text counts ("330 balloons").
 * @param {Incident} incident
 */
export function summaryBeyond({ summary, kind, place }) {
  const date = LAST_DATE.exec(summary);
  if (!date) return summary;
  const head = summary.slice(0, date.index).replace(/ \(not stated\)$/, "");
  const where = `, ${place ? place.label : "place unknown"}`;
  // The taxonomy's label may be longer than the map's: "Landmine blast", "Landmine".
  const called = new Set(`${kind.label} ${kind.key.replaceAll("_", " ")}`.toLowerCase().split(/\s+/));
  const repeats = head.endsWith(where) && head.slice(0, -where.length).toLowerCase().split(/\s+/).some((word) => called.has(word));
  // In Korean a line of English words is no help: what it counts can be said.
  if (!repeats && !(language() === "ko" && head.includes(", "))) return summary;
  return (date[1] || "").split(/, (?=\d)/).filter((count) => count && !HARM.test(count)).map(say).join(", ");
}

/**
 * The tag of what is not simply told as a fact.
 * @param {Incident} incident
 */
export const toneOf = (incident) => (incident.assertion === "asserted" ? "" : named("assertion", incident.assertion));

/** @param {Incident} incident */
export const whereOf = (incident) => (incident.place ? `${sayName(incident.place.label)}, ${formatUncertainty(incident.place)}` : t("place_unknown"));

/**
 * One line for screen readers and lists.
 * @param {Incident} incident
 */
export function describe(incident) {
  const tone = toneOf(incident);
  return `${kindLabel(incident.kind)}${tone ? ` (${tone.toLowerCase()})` : ""}: ${formatDate(incident)}, ${whereOf(incident)}`;
}
