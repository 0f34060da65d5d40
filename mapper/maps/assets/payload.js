// The data of the page, from columns to objects.

const STEP = 1e-5; // degrees
// Metres: half the width of the DMZ; a town with its surroundings.
const EXACT_M = 2000;
const NEAR_M = 15000;

/**
 * Decode what the Python side wrote (mapper/maps/payload.py).
 * @param {Raw} raw
 * @returns {Model}
 */
export function readPayload(raw) {
  /** @type {TextOf} */
  const text = (index) => raw.strings[index];
  const places = raw.places.label.map((label, i) => ({
    index: i,
    label: text(label),
    lat: raw.places.lat[i],
    lon: raw.places.lon[i],
    uncertainty: raw.places.uncertainty[i],
    shape: raw.places.shape[i] < 0 ? null : raw.shapes[raw.places.shape[i]],
    isLine: raw.places.shape[i] >= 0 && isLine(raw.shapes[raw.places.shape[i]], raw.layers),
    id: text(raw.places.id[i]),
    extent: raw.places.extent[i],
    grade: gradeOf(raw.places.extent[i]),
  }));
  /** @type {Article[]} */
  const documents = raw.documents.map((document, index) => ({
    ...document,
    index,
    name: document.title || document.label || `Text ${index + 1}`,
    mentions: [],
    evidence: [],
  }));
  /** @type {Model} */
  const model = {
    title: raw.title,
    kinds: raw.kinds.map((kind) => ({ ...kind, count: 0 })),
    documents,
    places,
    layers: raw.layers,
    labels: raw.labels,
    names: raw.names,
    about: raw.about,
    tiles: raw.tiles || null,
    check: raw.check || {},
    words: raw.interface,
    problems: raw.problems.map(([code, stage, message, document, start, end]) => ({
      code, stage, message, document: documents[document] || null, start, end,
    })),
    incidents: [],
    mentions: [],
    alternatives: (rows) => readAlternatives(rows, text),
  };
  model.incidents = raw.incidents.id.map((_, i) => readIncident(raw.incidents, i, text, model));
  model.mentions = raw.mentions.start.map((_, i) => readMention(raw.mentions, i, text, model));
  return model;
}

/**
 * @param {Shape} shape
 * @param {LayerInfo[]} layers
 * @returns {boolean}
 */
function isLine(shape, layers) {
  if (!shape.layers) return Boolean(shape.lines) && !shape.polygons;
  return shape.layers.every((name) => {
    const drawn = layers.find((layer) => layer.name === name)?.shape;
    return Boolean(drawn) && isLine(/** @type {Shape} */ (drawn), layers);
  });
}

/**
 * @param {number} extent
 * @returns {Grade}
 */
function gradeOf(extent) {
  if (extent <= EXACT_M) return "exact";
  return extent <= NEAR_M ? "near" : "area";
}

/**
 * @param {RawIncidents} columns
 * @param {number} i
 * @param {TextOf} text
 * @param {Model} model
 * @returns {Incident}
 */
function readIncident(columns, i, text, model) {
  const kind = model.kinds[columns.kind[i]];
  kind.count += 1;
  const assertion = text(columns.assertion[i]);
  /** @type {Incident} */
  const incident = {
    index: i,
    id: text(columns.id[i]),
    kind,
    start: columns.start[i] || "",
    end: columns.end[i] || columns.start[i] || "",
    precision: text(columns.precision[i]),
    whenText: text(columns.whenText[i]),
    whenMethod: text(columns.whenMethod[i]),
    assertion,
    historical: assertion === "historical",
    summary: text(columns.summary[i]),
    probability: columns.probability[i],
    place: columns.place[i] < 0 ? null : model.places[columns.place[i]],
    stated: columns.stated[i] === 1,
    placeProbability: columns.placeProbability[i],
    placeReason: text(columns.placeReason[i]),
    alternatives: columns.alternatives[i],
    zone: columns.zone[i] ? readZone(columns.zone[i], text) : null,
    actors: (columns.actors[i] || []).map(([name, side, role]) => ({
      name: text(name), side: text(side), role: text(role),
    })),
    casualties: columns.casualties[i] || null,
    evidence: [],
    claims: (columns.claims?.[i] || []).map((/** @type {any[]} */ row) => readClaim(row, text, model)),
    known: (columns.known?.[i] || []).map((/** @type {any[]} */ row) => readKnown(row, text)),
  };
  incident.evidence = columns.evidence[i].map((row, n) => {
    const piece = readEvidence(row, model);
    if (piece.document) piece.document.evidence.push({ incident, n, start: piece.start, end: piece.end });
    return piece;
  });
  return incident;
}

/**
 * @param {any[]} row
 * @param {TextOf} text
 * @returns {TextWhen}
 */
function readWhen([start, end, precision, words], text) {
  return { start: start || "", end: end || start || "", precision: text(precision), words: text(words) };
}

/**
 * @param {any[]} row
 * @param {TextOf} text
 * @param {Model} model
 * @returns {Claim}
 */
function readClaim([documents, kind, when, assertion, casualties, place], text, model) {
  return {
    documents: documents.map((/** @type {number} */ index) => model.documents[index]),
    kind: text(kind), when: readWhen(when, text), assertion: text(assertion),
    casualties: casualties || null, place: place < 0 ? null : model.places[place],
  };
}

/**
 * @param {any[]} row
 * @param {TextOf} text
 * @returns {Known}
 */
function readKnown([register, entry, title, when, place, people, casualties, note, sources, reason, probability], text) {
  return {
    register: text(register), entry: text(entry), title: text(title), when: readWhen(when, text), place: text(place),
    people: people.map(text), casualties: casualties || null, note: text(note), sources: text(sources), reason: text(reason), probability,
  };
}

/**
 * @param {any[]} row
 * @param {TextOf} text
 * @returns {Zone}
 */
function readZone([zone, side, certainty, distance, min, max, share], text) {
  return { zone: text(zone), side: text(side), certainty: text(certainty), distance, min, max, share };
}

/**
 * @param {any[]} row
 * @param {Model} model
 * @returns {Evidence}
 */
function readEvidence([index, start, end, url, exact], model) {
  const document = model.documents[index] || null;
  const address = Array.isArray(url) ? document.url + url[0] : url;
  return { document, start, end, url: address, exact: exact ?? document.text.slice(start, end) };
}

/**
 * @param {RawColumns} columns
 * @param {number} i
 * @param {TextOf} text
 * @param {Model} model
 * @returns {Mention}
 */
function readMention(columns, i, text, model) {
  const document = model.documents[columns.document[i]];
  const mention = {
    index: i,
    document,
    start: columns.start[i],
    end: columns.end[i],
    kind: text(columns.kind[i]),
    status: text(columns.status[i]),
    place: columns.place[i] < 0 ? null : model.places[columns.place[i]],
    probability: columns.probability[i],
    reason: text(columns.reason[i]),
    alternatives: columns.alternatives[i],
    source: text(columns.source[i]),
  };
  document.mentions.push(mention);
  return mention;
}

/**
 * @param {RawAlternatives} rows
 * @param {TextOf} text
 * @returns {Alternative[]}
 */
function readAlternatives(rows, text) {
  return (rows || []).map(([name, lon, lat, probability, reason]) => ({
    name: text(name), lon, lat, probability, reason: text(reason),
  }));
}

/**
 * Undo base 85: four bytes in five characters from "!" on, with "v" for "<".
 * @param {string} text
 */
export function fromBase85(text) {
  const bytes = new Uint8Array(Math.ceil(text.length / 5) * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0, at = 0; i < text.length; i += 5, at += 4) {
    let value = 0;
    for (let j = i; j < i + 5; j += 1) {
      const code = j < text.length ? text.charCodeAt(j) : 117;
      value = value * 85 + (code === 118 ? 27 : code - 33);
    }
    view.setUint32(at, value);
  }
  return bytes.subarray(0, Math.floor((text.length * 4) / 5));
}

/**
 * Read a data element: plain JSON, or deflated and in base 85.
 * @param {string} id
 */
export async function readElement(id) {
  const element = /** @type {HTMLScriptElement} */ (document.getElementById(id));
  if (element.type === "application/json") return JSON.parse(element.textContent ?? "");
  const stream = new Blob([fromBase85(element.textContent ?? "")]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

/**
 * Undo the steps of a line: `[lon, lat]` in degrees. They are written as an encoded polyline:
 * 5 bits a letter, least first, the sign in the lowest bit.
 * @param {Steps} steps
 * @param {number} step
 * @returns {LonLat[]}
 */
export function decodeSteps(steps, step = STEP) {
  /** @type {LonLat[]} */
  const points = [];
  let at = 0;
  const next = () => {
    let number = 0;
    let bits = 0;
    let letter;
    do {
      letter = steps.charCodeAt(at) - 63;
      at += 1;
      number += (letter & 31) * 2 ** bits;
      bits += 5;
    } while (letter >= 32);
    return number % 2 ? -(number + 1) / 2 : number / 2;
  };
  let lon = 0;
  let lat = 0;
  while (at < steps.length) {
    lon += next();
    lat += next();
    points.push([lon * step, lat * step]);
  }
  return points;
}

/**
 * The rings of a shape as `[lon, lat]`.
 * @param {Shape} shape
 * @returns {LonLat[][]}
 */
export function ringsOf({ polygons = [], unit = 1 }) {
  return polygons.flatMap((rings) => rings.map((ring) => decodeSteps(ring, unit * STEP)));
}

/**
 * A line to draw: the one place where lon, lat becomes Leaflet's lat, lon.
 * @param {Steps} steps
 * @param {number} [unit] of a step, in 1e-5 degrees
 * @returns {L.LatLngTuple[]}
 */
export function decodeLine(steps, unit = 1) {
  return decodeSteps(steps, unit * STEP).map(([lon, lat]) => [lat, lon]);
}
