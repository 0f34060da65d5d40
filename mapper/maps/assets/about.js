// About this map: how it was made, what it cannot know, whose data and code it carries.

import { h, outsideLink } from "./dom.js";
import { formatDistance } from "./format.js";
import { formatCount, plural, say, sayLayer, t } from "./i18n.js";

// What the page asks to be kept in mind; of a layer only where the map carries it.
const LIMITS = [{ key: "dmz", layer: "mdl" }, { key: "nll", layer: "nll_west" }, { key: "claim" }, { key: "error" }, { key: "dates" }];

/**
 * Build the panel "About this map".
 * @param {Model} model
 */
export function createAbout(model) {
  const { about } = model;
  const dated = model.incidents.filter((incident) => incident.start).length;
  const placed = model.incidents.filter((incident) => incident.place).length;
  return h("div", { class: "about" },
    h("h2", {}, t("about_what")),
    h("p", {}, t("about_text", { incidents: plural(model.incidents.length, "incident"), articles: plural(model.documents.length, "article"), placed: formatCount(placed), dated: formatCount(dated) })),
    h("p", {}, model.tiles ? t("tiles_note", { name: model.tiles.name }) : t("about_offline")),
    h("h2", {}, t("about_keep")),
    h("dl", { class: "limits" }, LIMITS.filter(({ layer }) => !layer || model.layers.some(({ name }) => name === layer))
      .map(({ key }) => [h("dt", {}, t(`limit_${key}`)), h("dd", {}, t(`limit_${key}_text`))])),
    h("h2", {}, t("about_layers")),
    h("ul", { class: "layer-list" }, model.layers.map(layerItem)),
    h("h2", {}, t("about_names")),
    h("p", {}, t("about_names_text"), about.gazetteer && ` ${t("about_gazetteer", { version: about.gazetteer })}`),
    h("h2", {}, t("about_software")),
    h("ul", { class: "layer-list" }, about.software.map((piece) => h("li", {},
      h("strong", {}, `${piece.title} ${piece.version}`), ` (${piece.licence}) `, outsideLink(piece.url, t("about_project")),
      h("details", {}, h("summary", {}, t("about_licence")), h("pre", { tabindex: "0" }, piece.text))))),
    h("h2", {}, t("about_made")),
    h("p", { class: "how" }, `incident-mapper ${about.version || "(version not recorded)"}${about.settings ? `, settings ${about.settings}` : ""}`));
}

/** @param {LayerInfo} layer */
function layerItem(layer) {
  const facts = [layer.version, say(layer.licence), say(layer.status),
    layer.accuracy === null ? "" : t("about_good_to", { distance: formatDistance(layer.accuracy) })].filter(Boolean).join(" · ");
  return h("li", {}, h("strong", {}, sayLayer(layer, "title") || layer.name),
    layer.source && h("span", { class: "block" }, sayLayer(layer, "source"), " ", outsideLink(layer.url, t("about_source"))),
    layer.attribution && h("span", { class: "block" }, layer.attribution),
    facts && h("span", { class: "how block" }, facts),
    layer.note && h("span", { class: "how block" }, sayLayer(layer, "note")));
}

/**
 * One line for the corner of the map.
 * @param {Model} model
 */
export function attribution(model) {
  const credits = new Set(model.layers.filter((layer) => layer.shape && !layer.hidden).flatMap((layer) => layer.attribution.split("; ")).filter(Boolean));
  return [...credits, "GeoNames", model.tiles?.attribution].filter(Boolean).join("; ");
}
