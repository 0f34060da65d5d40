// Numbers, days and model words as people read them.

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
  "September", "October", "November", "December"];

export const ZONES = {
  jsa: "Joint Security Area",
  inside_dmz: "Inside the DMZ",
  north_of_dmz: "North of the DMZ",
  south_of_dmz: "South of the DMZ",
  sea: "At sea",
  outside_korea: "Outside Korea",
  unknown: "Zone unknown",
  unplaced: "Not on the map",
};

export const ASSERTIONS = {
  asserted: "",
  historical: "Background",
  denied: "Denied",
  planned: "Planned",
  alleged: "Alleged",
};

function day(iso, { year = true } = {}) {
  const [y, m, d] = iso.split("-").map(Number);
  return `${d} ${MONTHS[m - 1]}${year ? ` ${y}` : ""}`;
}

/** The date of an incident, no more exact than it is known. */
export function formatDate(incident) {
  const { start, end, precision } = incident;
  if (!start) return "Date not given";
  const [y, m] = start.split("-").map(Number);
  if (precision === "year") return String(y);
  if (precision === "month") return `${MONTHS[m - 1]} ${y}`;
  if (start === end) return day(start);
  const sameYear = start.slice(0, 4) === end.slice(0, 4);
  const span = start.slice(0, 7) === end.slice(0, 7)
    ? `${Number(start.slice(8))}–${day(end)}`
    : `${day(start, { year: !sameYear })} – ${day(end)}`;
  return precision === "range" ? span : `${span} (${precision})`;
}

/** Metres as a person would say them. */
export function formatDistance(metres) {
  const size = Math.abs(metres);
  if (size < 950) return `${size < 95 ? Math.round(size) : Math.round(size / 10) * 10} m`;
  if (size < 9500) return `${(size / 1000).toFixed(1)} km`;
  return `${Math.round(size / 1000).toLocaleString("en-US")} km`;
}

/** Where, and how well that is known. */
export function formatUncertainty(place) {
  if (place.isLine) return "somewhere along this line";
  if (place.shape && place.grade === "area") return "somewhere in this area";
  if (place.shape) return `within this area, about ${formatDistance(place.extent * 2)} across`;
  if (place.grade === "area") return `somewhere within ${formatDistance(place.uncertainty)}`;
  return `± ${formatDistance(place.uncertainty)}`;
}

export function formatPercent(share) {
  return share > 0.995 && share < 1 ? "> 99 %" : `${Math.round(share * 100)} %`;
}

/** Zone, how sure that is, side and distance to the MDL. */
export function formatZone(zone) {
  const sure = zone.certainty === "certain" ? "" : zone.certainty === "possible" ? "possibly " : "not ";
  const name = ZONES[zone.zone] || zone.zone;
  const head = sure && zone.zone !== "unknown" ? sure + name.replace(/^(Inside|North|South|At|Outside)/, (word) => word.toLowerCase()) : name;
  return [head.charAt(0).toUpperCase() + head.slice(1), mdlRange(zone)].filter(Boolean).join("; ");
}

function mdlRange(zone) {
  const { side, distance } = zone;
  if (distance === null) return "";
  const min = zone.min ?? distance;
  const max = zone.max ?? distance;
  if (side === "straddles" || (min < 0 && max > 0)) {
    const reach = [min < 0 && `${formatDistance(min)} south`, max > 0 && `${formatDistance(max)} north`];
    return `astride the MDL (up to ${reach.filter(Boolean).join(" and ")} of it)`;
  }
  const [near, far] = [Math.abs(min), Math.abs(max)].sort((a, b) => a - b).map(formatDistance);
  const range = near === far ? near : `${near} to ${far}`;
  return side === "north" || side === "south" ? `${range} ${side} of the MDL` : `${range} from the MDL`;
}

/** Killed, injured, detained: only what a text states. */
export function formatCasualties(numbers) {
  if (!numbers) return "";
  const words = ["killed", "injured", "detained"];
  return numbers.map((n, i) => (n < 0 ? "" : `${n} ${words[i]}`)).filter(Boolean).join(", ");
}

export function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

/** One line for screen readers and lists. */
export function describe(incident) {
  const where = incident.place
    ? `${incident.place.label}, ${formatUncertainty(incident.place)}`
    : "place not known";
  const tone = ASSERTIONS[incident.assertion];
  return `${incident.kind.label}${tone ? ` (${tone.toLowerCase()})` : ""}: ${formatDate(incident)}, ${where}`;
}
