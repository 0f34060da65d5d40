// About this map: how it was made, what it cannot know, whose data and code it carries.

import { h, outsideLink } from "./dom.js";
import { formatDistance, plural } from "./format.js";

const LIMITS = [
  ["The DMZ is the legal belt, not the fence.", "It is drawn 2 km to each side of the Military Demarcation Line, as the Armistice Agreement of 1953 words it. The fences on both sides stand inside it for much of its length."],
  ["The NLL is not recognised by the DPRK.", "The Northern Limit Line is a line of the United Nations Command and the Republic of Korea."],
  ["A marker is a claim in a text.", "Each one stands for what a sentence says, not for a verified fact. Denied, planned and alleged incidents carry a tag; background that an article recalls is drawn lighter."],
  ["A place has an error bar.", "A solid sign: known within 2 km. A sign in a ring: within 15 km. A hollow sign in a dashed ring: somewhere in an area, which is outlined when you point at it; the sign stands in its middle only because it must stand somewhere."],
  ["Dates are never invented.", "Where a text gives no date that can be worked out, the incident says so. The day of publication is not used instead."],
];

/** Build the panel "About this map". */
export function createAbout(model) {
  const { about } = model;
  const dated = model.incidents.filter((incident) => incident.start).length;
  const placed = model.incidents.filter((incident) => incident.place).length;
  return h("div", { class: "about" },
    h("h2", {}, "What this is"),
    h("p", {}, `${plural(model.incidents.length, "incident")} found by a program in ${plural(model.documents.length, "article")}; ${placed} placed, ${dated} dated. The program splits a text into sentences, finds the names of places, decides which place each name means, checks the place against the border, and looks for incidents in the sentences. It makes mistakes: read the sentence behind a marker before you rely on it.`),
    h("p", {}, "This file is complete: it loads nothing from the network and sends nothing anywhere. Links to originals are opened only when you click them."),
    h("h2", {}, "What to keep in mind"),
    h("dl", { class: "limits" }, LIMITS.map(([head, body]) => [h("dt", {}, head), h("dd", {}, body)])),
    h("h2", {}, "Layers"),
    h("ul", { class: "layer-list" }, model.layers.map(layerItem)),
    h("h2", {}, "Place names"),
    h("p", {}, `Places come from GeoNames (geonames.org), licensed CC BY 4.0, and from a list of border places whose sources are given with each name. Town names on the map: GeoNames, CC BY 4.0.${about.gazetteer ? ` Gazetteer version ${about.gazetteer}.` : ""}`),
    h("h2", {}, "Software in this file"),
    h("ul", { class: "layer-list" }, about.software.map((piece) => h("li", {},
      h("strong", {}, `${piece.title} ${piece.version}`), ` (${piece.licence}) `, outsideLink(piece.url, "project ↗"),
      h("details", {}, h("summary", {}, "Licence text"), h("pre", { tabindex: "0" }, piece.text))))),
    h("h2", {}, "Made with"),
    h("p", { class: "how" }, `incident-mapper ${about.version || "(version not recorded)"}${about.settings ? `, settings ${about.settings}` : ""}`));
}

function layerItem(layer) {
  const facts = [layer.version, layer.licence, layer.status,
    layer.accuracy === null ? "" : `good to about ${formatDistance(layer.accuracy)}`].filter(Boolean).join(" · ");
  return h("li", {}, h("strong", {}, layer.title || layer.name),
    layer.source && h("span", { class: "block" }, layer.source, " ", outsideLink(layer.url, "source ↗")),
    layer.attribution && h("span", { class: "block" }, layer.attribution),
    facts && h("span", { class: "how block" }, facts),
    layer.note && h("span", { class: "how block" }, layer.note));
}

/** One line for the corner of the map. */
export function attribution(model) {
  const credits = new Set(model.layers.filter((layer) => layer.shape).map((layer) => layer.attribution).filter(Boolean));
  return [...credits, "GeoNames"].join(" · ");
}
