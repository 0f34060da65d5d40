// What the page's modules pass to each other, for the type checker. Read by tsc only.

/** A line as steps in 1e-5 degrees, lon, lat, lon, lat ..., in the letters of an encoded polyline. */
type Steps = string;
type LonLat = [number, number];

interface Shape {
  polygons?: Steps[][];
  lines?: Steps[];
  points?: Steps[];
  /** Of a step, in 1e-5 degrees; 1 unless it says so. */
  unit?: number;
  /** Names of the layers that are the shape, in place of a drawing of its own. */
  layers?: string[];
}

interface LayerInfo {
  name: string;
  title: string;
  source: string;
  url: string;
  attribution: string;
  licence: string;
  version: string;
  status: string;
  note: string;
  accuracy: number | null;
  /** What it is on the map (mapper.layers.LOOKS); the rest only where it is drawn. */
  look: string;
  /** From the lowest layer to the topmost. */
  order: number;
  hidden: boolean;
  /** English and Korean; layers with the same words share a box. */
  legend: [string, string];
  bounds: [number, number, number, number];
  shape?: Shape | null;
}

type Grade = "exact" | "near" | "area";
type TimeUnit = "day" | "week" | "month" | "year";
type Facet = "kind" | "zone" | "side" | "certainty" | "grade" | "assertion";
type Facets = Record<Facet, string>;
type FacetCounts = Record<string, Map<string, number>>;

interface Sign {
  shape: string;
  color: string;
  colorDark: string;
}

interface Kind extends Sign {
  key: string;
  label: string;
  labelKo?: string;
  family?: string;
  count: number;
}

interface Located {
  lat: number;
  lon: number;
  uncertainty: number;
  label: string;
  shape: Shape | null;
  isLine: boolean;
  extent: number;
  grade: Grade;
}

interface Place extends Located {
  index: number;
  id: string;
}

interface When {
  start: string;
  end: string;
  precision: string;
}

interface TextWhen extends When {
  words: string;
}

/** Killed, injured, detained; below zero: not stated. */
type Casualties = [number, number, number];

interface Article {
  index: number;
  name: string;
  title: string;
  label: string;
  text: string;
  url: string;
  publisher: string;
  published: string;
  language: string;
  /** Starts and ends of front matter, menus and the like, one after the other. */
  boilerplate: number[];
  mentions: Mention[];
  evidence: ToldSpan[];
}

interface ToldSpan {
  incident: Incident;
  n: number;
  start: number;
  end: number;
}

interface Evidence {
  document: Article | null;
  start: number;
  end: number;
  url: string;
  exact: string;
}

interface Zone {
  zone: string;
  side: string;
  certainty: string;
  distance: number | null;
  min: number | null;
  max: number | null;
  share?: number | null;
}

interface Actor {
  name: string;
  side: string;
  role: string;
}

interface Claim {
  documents: Article[];
  kind: string;
  when: TextWhen;
  assertion: string;
  casualties: Casualties | null;
  place: Place | null;
}

interface Known {
  register: string;
  entry: string;
  title: string;
  when: TextWhen;
  place: string;
  people: string[];
  casualties: Casualties | null;
  note: string;
  sources: string;
  reason: string;
  probability: number;
}

interface Alternative {
  name: string;
  lon: number;
  lat: number;
  probability: number;
  reason: string;
}

interface Incident extends When {
  index: number;
  id: string;
  kind: Kind;
  whenText: string;
  whenMethod: string;
  assertion: string;
  historical: boolean;
  summary: string;
  probability: number;
  place: Place | null;
  stated: boolean;
  placeProbability: number;
  placeReason: string;
  alternatives: RawAlternatives;
  zone: Zone | null;
  actors: Actor[];
  casualties: Casualties | null;
  evidence: Evidence[];
  claims: Claim[];
  known: Known[];
  /** Worked out once, when first asked for (filters.js). */
  facets?: Facets;
  sources?: string[];
  haystack?: string;
}

interface PlacedIncident extends Incident {
  place: Place;
}

interface Mention {
  index: number;
  document: Article;
  start: number;
  end: number;
  kind: string;
  status: string;
  place: Place | null;
  probability: number;
  reason: string;
  alternatives: RawAlternatives;
  source: string;
}

interface Problem {
  code: string;
  stage: string;
  message: string;
  document: Article | null;
  start: number;
  end: number;
}

interface Software {
  title: string;
  version: string;
  licence: string;
  url: string;
  text: string;
}

type Words = Record<string, Record<string, string>>;

/** Places that are named, column by column. */
interface Labels {
  name: string[];
  hangul: string[];
  lon: number[];
  lat: number[];
  from: number[];
  until: number[];
  rank: number[];
  dot: number[];
}

/** Names of a layer or its feature, and their spots: lon, lat, from zoom, angle ... */
interface LayerNames {
  text: [string, string];
  look: string;
  layers: string[];
  until: number;
  at: number[];
}

/** Left, top, right, bottom. */
type Box = [number, number, number, number];

interface Name {
  text: [string, string];
  lat: number;
  lng: number;
  from: number;
  until: number;
  weight: number;
  /** Whether it comes before all that are not. */
  first: boolean;
  className: string;
  angle: number;
  sides: string;
  /** Pixels to the next time that it is written. */
  apart: number;
  layers: string[] | null;
  element?: HTMLElement;
  width?: number;
  height?: number;
}

interface Model {
  title: string;
  kinds: Kind[];
  documents: Article[];
  places: Place[];
  layers: LayerInfo[];
  labels: Labels;
  names: LayerNames[];
  about: { version: string; settings: string; gazetteer: string; software: Software[] };
  tiles: { url: string; name: string; attribution: string; maxZoom: number } | null;
  check: Record<string, Steps[]>;
  words: Words;
  problems: Problem[];
  incidents: Incident[];
  mentions: Mention[];
  alternatives: (rows: RawAlternatives) => Alternative[];
}

/** What is shown: the state that the address tells. */
interface View {
  hidden: Record<Facet, Set<string>>;
  source: string;
  from: string;
  to: string;
  undated: boolean;
  query: string;
  table: boolean;
  selected: Incident | null;
  /** Where the map stands; null where it opens by itself. */
  at: MapPosition | null;
}

interface MapPosition {
  zoom: number;
  lat: number;
  lng: number;
}

// What the Python side wrote, column by column (mapper/maps/payload.py): its checks are there.
type RawAlternatives = [number, number, number, number, number][] | null;
type RawColumns = { [column: string]: any[] };

interface RawIncidents extends RawColumns {
  actors: ([number, number, number][] | 0)[];
  evidence: any[][][];
}

interface Raw {
  title: string;
  strings: string[];
  kinds: Omit<Kind, "count">[];
  documents: Omit<Article, "index" | "name" | "mentions" | "evidence">[];
  incidents: RawIncidents;
  mentions: RawColumns;
  places: { label: number[]; id: number[]; lat: number[]; lon: number[]; uncertainty: number[]; shape: number[]; extent: number[] };
  shapes: Shape[];
  problems: [code: string, stage: string, message: string, document: number, start: number, end: number][];
  layers: LayerInfo[];
  labels: Labels;
  names: LayerNames[];
  check?: Record<string, Steps[]>;
  interface: Words;
  about: Model["about"];
  tiles?: Model["tiles"];
}

/** A string of the payload, by its number. */
type TextOf = (index: number) => string;

type Child = Node | string | number | null | false | undefined | Child[];
type Props = Record<string, any>;

interface Mark extends HTMLElement {
  spans: ToldSpan[];
}

interface IncidentMarker extends L.Marker {
  incident?: Incident;
}

/** Incidents that stand too close to be told apart at one zoom. */
/** What stands together on a plane. */
interface PointGroup<T> {
  x: number;
  y: number;
  items: T[];
  taken: boolean;
}

interface Group {
  x: number;
  y: number;
  items: PlacedIncident[];
  latLng: L.LatLng;
}

/** Where the map goes to show a place. */
interface Flight {
  center: L.LatLng;
  zoom: number;
  /** Whether the place is so small that coming closer still shows all of it. */
  fits: boolean;
  /** What must be in sight of a wide place. */
  bounds: L.LatLngBounds | null;
}

interface ShownLayers {
  layers: Map<string, L.FeatureGroup>;
  bounds: L.LatLngBounds | null;
  border: L.LatLngBounds | null;
}

interface PointCheck {
  zone: string;
  side: string;
  distance: number;
}

interface LegendBox {
  /** What it would show now. */
  count: number;
  facet: Facet;
  value: string;
  input: HTMLInputElement;
  row: HTMLElement;
  number: HTMLElement;
}

/** An icon class made with Leaflet's `extend`. */
type IconClass = new (options: object) => L.Icon;

/** The parts of Leaflet 1.9 that are used and not declared for the public. */
type InnerMap = L.Map & { _animatingZoom?: boolean; _panAnim?: { _inProgress: boolean }; _zoomAnimated?: boolean; _fadeAnimated?: boolean };
type InnerIcon = L.Icon & { _setIconStyles: (element: HTMLElement, name: string) => void };

interface Window {
  mountIncidentMap: (map: L.Map) => Promise<void>;
  /** For tests and for people who open the console. */
  incidentMap: Record<string, any>;
}

type OpenIncident = (incident: Incident) => void;
type OpenSpan = (document: Article, start: number, end: number) => void;

interface ReaderActions {
  onSentence: (incident: Incident, n: number) => void;
  onPlace: (mention: { place: Located | null }, how?: string) => void;
  onLeave: () => void;
}

interface Column {
  key: string;
  /** Its word in strings.toml. */
  head: string;
  value: (incident: Incident) => string | number | null;
}

interface Tab {
  id: string;
  label: string;
  count?: number;
  body: HTMLElement;
  onShow?: () => void;
}

type Markers = ReturnType<typeof import("../../mapper/maps/assets/markers.js").createMarkers>;
type Table = ReturnType<typeof import("../../mapper/maps/assets/table.js").createTable>;
type Legend = ReturnType<typeof import("../../mapper/maps/assets/legend.js").createLegend>;
type Timeline = ReturnType<typeof import("../../mapper/maps/assets/timeline.js").createTimeline>;

/** The parts of the page and what they ask of each other (app.js). */
interface Page {
  map: L.Map;
  model: Model;
  view: View;
  drawn: ShownLayers;
  home: () => void;
  moveTo: (at: MapPosition | null) => void;
  legendOpen: boolean;
  shown: Incident[];
  markers: Markers;
  names: ReturnType<typeof import("../../mapper/maps/assets/names.js").createNames>;
  table: Table;
  status: HTMLElement;
  legend: HTMLDetailsElement;
  /** While the page is laid out for paper. */
  onPaper: boolean;
  checkPoint: () => ((lon: number, lat: number) => PointCheck) | null;
  teardown?: () => void;
  filter: (options?: { keep?: boolean }) => void;
  setTable: (on: boolean) => void;
  open: (incident: Incident, how: { from: string; n?: number }) => Promise<void>;
  close: () => void;
  leave: () => void;
  tellPoint: (at: { lat: number; lng: number }) => void;
}

interface FurnitureParts {
  legend: Legend;
  timeline: Timeline;
  table: Table;
  home: () => void;
  tabs: { show: (id: string) => void };
  bounds: L.LatLngBounds | null;
}
