// What is shown: filters that combine, live counts, and the address that tells them.

/**
 * Facets of an incident that boxes switch on and off.
 * @type {Facet[]}
 */
export const FACETS = ["kind", "zone", "side", "certainty", "grade", "assertion"];
const DAY_MS = 86_400_000;

/**
 * The whole state of the page; a view that nobody touched hides background only.
 * @returns {View}
 */
export function createView() {
  return {
    hidden: /** @type {View["hidden"]} */ (Object.fromEntries(FACETS.map((facet) => [facet, new Set(facet === "assertion" ? ["historical"] : [])]))),
    source: "", from: "", to: "", undated: true, query: "", table: false, selected: null, at: null,
  };
}

/**
 * Whole days since 1970.
 * @param {string} iso
 */
export function dayNumber(iso) {
  return Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY_MS);
}

/** @param {number} number */
export function isoDay(number) {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The value of each facet, worked out once.
 * @param {Incident} incident
 * @returns {Facets}
 */
export function facetsOf(incident) {
  incident.facets ??= {
    kind: incident.kind.key,
    zone: zoneKey(incident),
    side: incident.zone?.side || "unknown",
    certainty: incident.zone?.certainty || "none",
    grade: incident.place ? incident.place.grade : "unplaced",
    assertion: incident.assertion,
  };
  return incident.facets;
}

/** @param {Incident} incident */
export function zoneKey(incident) {
  if (!incident.place) return "unplaced";
  return incident.zone ? incident.zone.zone : "unknown";
}

/**
 * Who tells of an incident: publishers where they are known, else articles.
 * @param {Incident} incident
 * @returns {string[]}
 */
export function sourcesOf(incident) {
  incident.sources ??= [...new Set(incident.evidence.flatMap(({ document }) => (document && (document.publisher || document.name)) || []))];
  return incident.sources;
}

/**
 * @param {Incident} incident
 * @returns {string}
 */
function searchText(incident) {
  incident.haystack ??= [
    incident.kind.label, incident.kind.labelKo, incident.summary, incident.place?.label, incident.start, incident.id,
    ...incident.actors.map((actor) => actor.name),
    ...(incident.known || []).flatMap((known) => [known.title, ...known.people]),
    ...incident.evidence.map((piece) => `${piece.exact} ${piece.document?.name ?? ""} ${piece.document?.publisher ?? ""}`),
  ].join("\n").toLowerCase();
  return incident.haystack;
}

/**
 * @param {Incident} incident
 * @param {View} view
 */
function inTime(incident, view) {
  if (!incident.start) return view.undated;
  return (!view.from || incident.end >= view.from) && (!view.to || incident.start <= view.to);
}

/**
 * Sort out what passes. A box counts what it would show: all other filters apply, its own
 * facet does not.
 * @param {Incident[]} incidents
 * @param {View} view
 * @returns {{shown: Incident[], timed: Incident[], counts: FacetCounts}}
 */
export function applyFilters(incidents, view) {
  const counts = Object.fromEntries(FACETS.map((facet) => [facet, new Map()]));
  const shown = [];
  const timed = []; // what passes but for its time: the bars of the timeline
  const hidden = FACETS.map((facet) => view.hidden[facet]);
  const words = view.query.toLowerCase().split(/\s+/).filter(Boolean);
  for (const incident of incidents) {
    if (view.source && !sourcesOf(incident).includes(view.source)) continue;
    if (words.length && !words.every((word) => searchText(incident).includes(word))) continue;
    const facets = facetsOf(incident);
    let failed = 0;
    /** @type {Facet} */
    let last = "kind";
    for (let i = 0; i < FACETS.length; i += 1) {
      if (hidden[i].has(facets[FACETS[i]])) {
        failed += 1;
        last = FACETS[i];
      }
    }
    if (failed === 0) timed.push(incident);
    if (failed > 1 || !inTime(incident, view)) continue;
    if (failed === 1) {
      count(counts[last], facets[last]);
      continue;
    }
    shown.push(incident);
    for (const facet of FACETS) count(counts[facet], facets[facet]);
  }
  return { shown, timed, counts };
}

/**
 * @param {Map<string, number>} map
 * @param {string} key
 */
function count(map, key) {
  map.set(key, (map.get(key) || 0) + 1);
}

/**
 * Say whether nothing but the usual is hidden.
 * @param {View} view
 */
export function isUntouched(view) {
  return writeAddress({ ...view, table: false, selected: null, at: null }) === "";
}

/**
 * Where the map stands, to the pixel and no finer: `10.5/37.956/126.677` is zoom, latitude, longitude.
 * @param {MapPosition} at
 */
export function writePosition({ zoom, lat, lng }) {
  const digits = Math.max(0, Math.ceil(Math.log10((256 * 2 ** zoom) / 360)));
  return [Number(zoom.toFixed(2)), lat.toFixed(digits), lng.toFixed(digits)].join("/");
}

/**
 * @param {string} text
 * @returns {MapPosition|null} null for what is no place on a map
 */
export function readPosition(text) {
  const found = /^(\d{1,2}(?:\.\d{1,2})?)\/(-?\d{1,2}(?:\.\d{1,9})?)\/(-?\d{1,3}(?:\.\d{1,9})?)$/.exec(text);
  if (!found) return null;
  const [zoom, lat, lng] = found.slice(1).map(Number);
  return Math.abs(lat) <= 85 && Math.abs(lng) <= 180 ? { zoom, lat, lng } : null;
}

/**
 * The view as what stands behind "#"; empty when nothing was touched.
 * @param {View} view
 */
export function writeAddress(view) {
  const address = new URLSearchParams();
  const usual = createView();
  for (const facet of FACETS) {
    const now = [...view.hidden[facet]].sort();
    if (now.join() !== [...usual.hidden[facet]].join()) address.set(`hide-${facet}`, now.join(","));
  }
  for (const key of /** @type {const} */ (["source", "from", "to"])) if (view[key]) address.set(key, view[key]);
  if (view.query) address.set("q", view.query);
  if (!view.undated) address.set("undated", "no");
  if (view.table) address.set("view", "table");
  if (view.selected) address.set("incident", view.selected.id);
  // Slashes need no escape behind "#", and a person can read them.
  const map = view.at ? `map=${writePosition(view.at)}` : "";
  return [address.toString(), map].filter(Boolean).join("&");
}

/**
 * Read an address into a view; what it does not name is as usual. Returns an incident's id.
 * @param {string} text
 * @param {View} view
 */
export function readAddress(text, view) {
  const address = new URLSearchParams(text.replace(/^#/, ""));
  const usual = createView();
  for (const facet of FACETS) {
    const told = address.get(`hide-${facet}`);
    view.hidden[facet] = told === null ? usual.hidden[facet] : new Set(told.split(",").filter(Boolean));
  }
  const day = (/** @type {string} */ key) => (/^\d{4}-\d\d-\d\d$/.exec(address.get(key) || "") || [""])[0];
  view.source = address.get("source") || "";
  view.from = day("from");
  view.to = day("to");
  view.query = address.get("q") || "";
  view.undated = address.get("undated") !== "no";
  view.table = address.get("view") === "table";
  view.at = readPosition(address.get("map") || "");
  return address.get("incident");
}

/**
 * Keep the address true; inside srcdoc there is none to keep.
 * @param {View} view
 */
export function keepAddress(view) {
  if (!/^(file|https?):$/.test(location.protocol)) return;
  const text = writeAddress(view);
  const bare = location.href.split("#")[0];
  try {
    history.replaceState(null, "", text ? `${bare}#${text}` : bare);
  } catch {
    // A sandboxed frame may not: the buttons still do the work.
  }
}
