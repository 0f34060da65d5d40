// The data of the page, from columns to objects.

const STEP = 1e-5;
// Metres: half the width of the DMZ; a town with its surroundings.
const EXACT_M = 2000;
const NEAR_M = 15000;

/**
 * Decode what the Python side wrote (mapper/maps/payload.py).
 * @param {any} raw
 */
export function readPayload(raw) {

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
  const documents = raw.documents.map((document, index) => ({
    ...document,
    index,
    name: document.title || document.label || `Article ${index + 1}`,
    mentions: [],
    evidence: [],
  }));
  const model = {
    title: raw.title,
    kinds: raw.kinds.map((kind) => ({ ...kind, count: 0 })),
    documents,
    places,
    layers: raw.layers,
    labels: raw.labels,
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

function isLine(shape, layers) {
  if (!shape.layers) return Boolean(shape.lines) && !shape.polygons;
  return shape.layers.every((name) => isLine(layers.find((layer) => layer.name === name).shape, layers));
}

function gradeOf(extent) {
  if (extent <= EXACT_M) return "exact";
  return extent <= NEAR_M ? "near" : "area";
}

function readIncident(columns, i, text, model) {
  const kind = model.kinds[columns.kind[i]];
  kind.count += 1;
  const assertion = text(columns.assertion[i]);
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
    claims: (columns.claims?.[i] || []).map((row) => readClaim(row, text, model)),
    known: (columns.known?.[i] || []).map((row) => readKnown(row, text)),
  };
  incident.evidence = columns.evidence[i].map((row, n) => {
    const piece = readEvidence(row, model);
    if (piece.document) piece.document.evidence.push({ incident, n, start: piece.start, end: piece.end });
    return piece;
  });
  return incident;
}

function readWhen([start, end, precision, words], text) {
  return { start: start || "", end: end || start || "", precision: text(precision), words: text(words) };
}

function readClaim([documents, kind, when, assertion, casualties, place], text, model) {
  return {
    documents: documents.map((index) => model.documents[index]),
    kind: text(kind), when: readWhen(when, text), assertion: text(assertion),
    casualties: casualties || null, place: place < 0 ? null : model.places[place],
  };
}

function readKnown([register, entry, title, when, place, people, casualties, note, sources, reason, probability], text) {
  return {
    register: text(register), entry: text(entry), title: text(title), when: readWhen(when, text), place: text(place),
    people: people.map(text), casualties: casualties || null, note: text(note), sources: text(sources), reason: text(reason), probability,
  };
}

function readZone([zone, side, certainty, distance, min, max, share], text) {
  return { zone: text(zone), side: text(side), certainty: text(certainty), distance, min, max, share };
}

function readEvidence([index, start, end, url, exact], model) {
  const document = model.documents[index] || null;
  const address = Array.isArray(url) ? document.url + url[0] : url;
  return { document, start, end, url: address, exact: exact ?? document.text.slice(start, end) };
}

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

function readAlternatives(rows, text) {
  return (rows || []).map(([name, lon, lat, probability, reason]) => ({
    name: text(name), lon, lat, probability, reason: text(reason),
  }));
}

/**
 * Read a data element: plain JSON, or deflated and in base64.
 * @param {string} id
 */
export async function readElement(id) {
  const element = document.getElementById(id);
  if (element.type === "application/json") return JSON.parse(element.textContent);
  const bytes = Uint8Array.from(atob(element.textContent), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

/** Undo the steps of a line: the one place where lon, lat becomes Leaflet's lat, lon. */
export function decodeLine(steps) {
  const points = [];
  let lon = 0;
  let lat = 0;
  for (let i = 0; i < steps.length; i += 2) {
    lon += steps[i];
    lat += steps[i + 1];
    points.push([lat * STEP, lon * STEP]);
  }
  return points;
}
