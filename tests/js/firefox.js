// The map in Firefox, as a person uses it: stock Firefox, driven by WebDriver BiDi.
// `make test-firefox` makes the maps, finds or installs Firefox and runs this.

/* global document, location, incidentMap, L, getComputedStyle */

import assert from "node:assert/strict";
import { readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { pathToFileURL } from "node:url";

const { FIREFOX, MAP_FOLDER = "." } = process.env;
const require = createRequire(new URL("../../tools/js/package.json", import.meta.url));
const { default: puppeteer } = await import(pathToFileURL(require.resolve("puppeteer-core")).href);

const DOWNLOADS = join(MAP_FOLDER, "downloads");
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const PATIENCE_MS = 20_000;

let browser;
let page;
let noise = [];

before(async () => {
  browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: FIREFOX,
    extraPrefsFirefox: {
      "ui.prefersReducedMotion": 1,
      "browser.download.folderList": 2,
      "browser.download.dir": DOWNLOADS,
      "browser.download.alwaysOpenPanel": false,
      "browser.helperApps.neverAsk.saveToDisk": "text/csv,application/geo+json",
    },
  });
});

after(() => browser?.close());

afterEach(async () => {
  await page?.close();
  // Nothing was asked for, nothing was said, whatever a person did.
  assert.deepEqual(noise, []);
});

async function visit(name, { size = DESKTOP, at = "" } = {}) {
  const address = pathToFileURL(join(MAP_FOLDER, `${name}.html`)).href;
  noise = [];
  page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.setViewport(size);
  page.on("request", (request) => {
    const url = request.url().split("#")[0];
    if (url !== address && !/^(data|blob|about):/.test(url)) noise.push(`request ${url}`);
  });
  page.on("pageerror", (error) => noise.push(`error ${error.message}`));
  page.on("console", (said) => {
    if (["error", "warn"].includes(said.type())) noise.push(`${said.type()} ${said.text()}`);
  });
  page.on("dialog", (dialog) => { noise.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(address + at);
  await page.waitForSelector("html[data-ready=yes]");
  return page;
}

const textOf = (selector) => page.$eval(selector, (element) => element.textContent.replace(/\s+/g, " ").trim());
const count = (selector) => page.$$eval(selector, (all) => all.length);
const shown = async () => Number(/[\d,]+/.exec(await textOf(".status"))[0].replace(",", ""));

/** The sentence that an incident is told by first. */
const quoteOf = (index) => page.evaluate((at) => {
  const { evidence } = incidentMap.model.incidents[at];
  const [{ document: source, start, end }] = evidence;
  return (source.text ?? incidentMap.model.documents[source].text).slice(start, end).replace(/\s+/g, " ").trim();
}, index);

test("a marker opens its card and marks its sentence", async () => {
  await visit("work");
  assert.equal(await page.title(), "Work");
  await page.waitForSelector(".incident-icon[data-incident]");
  const index = await page.$eval(".incident-icon[data-incident]", (icon) => Number(icon.dataset.incident));
  await page.click(".incident-icon[data-incident]");
  await page.waitForSelector(".incident-popup blockquote");
  assert.equal(await textOf(".incident-popup blockquote"), await quoteOf(index));
  assert.match(await textOf("article .open"), /\S/);
});

test("a sentence flies to its place and opens its card", async () => {
  await visit("examples");
  const before_ = await page.evaluate(() => incidentMap.map.getCenter());
  await page.click("article mark");
  await page.waitForSelector(".incident-popup blockquote");
  const { place, center } = await page.evaluate(() => {
    const { place: to } = incidentMap.view.selected;
    return { place: incidentMap.map.latLngToContainerPoint([to.lat, to.lon]), center: incidentMap.map.getCenter() };
  });
  assert.notDeepEqual(center, before_);
  assert.ok(place.x > 0 && place.x < 1280 && place.y > 0 && place.y < 800, JSON.stringify(place));
});

test("filters, search and brush combine and stand in the address", async () => {
  await visit("examples");
  const all = await shown();
  await page.click(".legend .family-row .fold"); // many kinds stand folded in their families
  await page.click(".legend input[data-key=mdl_crossing]");
  const fewer = await shown();
  assert.ok(fewer < all, `${fewer} < ${all}`);
  await page.focus(".brush.from");
  for (let press = 0; press < 45; press += 1) await page.keyboard.press("ArrowRight");
  const later = await shown();
  assert.ok(later < fewer, `${later} < ${fewer}`);
  await page.type("#search", "soldier");
  const found = await shown();
  assert.ok(found > 0 && found < later, `0 < ${found} < ${later}`);
  const at = await page.evaluate(() => location.hash);
  await page.close();
  await visit("examples", { at });
  assert.equal(await shown(), found);
  assert.equal(await page.$eval("#search", (field) => field.value), "soldier");
});

test("the table sorts and opens a sentence", async () => {
  await visit("work");
  await page.click(".switch-table");
  const first = () => page.$eval(".table-view tbody tr[data-incident]", (row) => row.dataset.incident);
  const before_ = await first();
  await page.click(".table-view th button");
  await page.click(".table-view th button");
  assert.notEqual(await first(), before_);
  await page.click(".table-view tbody tr[data-incident] button");
  await page.waitForSelector("#card-slot blockquote");
  assert.equal(await textOf("#card-slot blockquote"), await quoteOf(Number(await first())));
});

test("the page changes to Korean and back", async () => {
  await visit("examples");
  await page.click(".language");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "ko");
  assert.equal(await textOf(".legend summary"), "범례");
  await page.click(".language");
  assert.equal(await textOf(".legend summary"), "Legend");
});

test("what is shown can be saved as CSV and GeoJSON", async () => {
  await rm(DOWNLOADS, { recursive: true, force: true });
  await visit("work");
  const wanted = await shown();
  await page.click("button[aria-label*=CSV]");
  await page.click("button[aria-label*=GeoJSON]");
  const csv = await saved(".csv");
  const features = JSON.parse(await saved(".geojson")).features;
  assert.equal(features.length, wanted);
  for (const { id } of features) assert.ok(csv.includes(id), id);
});

/** The text of the file that was saved with this ending. */
async function saved(ending) {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until;) {
    const files = await readdir(DOWNLOADS).catch(() => []);
    const name = files.find((file) => file.endsWith(ending));
    const text = name && await readFile(join(DOWNLOADS, name), "utf8");
    if (text && !files.some((file) => file.endsWith(".part"))) return text;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return assert.fail(`no ${ending} was saved`);
}

test("ten thousand incidents are unpacked, drawn and searched", async () => {
  await visit("many");
  assert.equal(await page.$eval("#incident-data", (data) => data.type), "application/zlib");
  assert.equal(await page.evaluate(() => incidentMap.model.incidents.length), 10_000);
  assert.ok(await count(".cluster-icon") > 5);
  const all = await shown();
  await page.type("#search", "ferry");
  const some = await shown();
  assert.ok(some > 0 && some < all, `0 < ${some} < ${all}`);
  await page.click(".cluster-icon");
  assert.ok(await page.evaluate(() => incidentMap.map.getZoom()) >= 8);
});

test("keys alone reach a marker, its sentence, and the way back", async () => {
  await visit("work");
  await page.focus(".incident-icon[data-incident]");
  const index = await page.evaluate(() => document.activeElement.dataset.incident);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".incident-popup blockquote");
  assert.equal(await page.evaluate(() => document.activeElement.textContent.replace(/\s+/g, " ").trim()), await quoteOf(Number(index)));
  await page.keyboard.press("Escape");
  assert.equal(await count(".incident-popup"), 0);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.incident), index);
});

test("a point that is clicked says where it lies", async () => {
  await visit("examples");
  await page.evaluate(() => incidentMap.map.fire("click", { latlng: L.latLng(38.26, 127.45) }));
  assert.match(await textOf(".point"), /38\.26000° N, 127\.45000° E/);
});

test("paper gets the map, numbers, sentences and sources", async () => {
  await visit("work");
  await page.evaluate(() => globalThis.dispatchEvent(new Event("beforeprint")));
  assert.equal(await count("#print-sheet .print-incidents li"), await shown());
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(Buffer.from(pdf.subarray(0, 5)).toString(), "%PDF-");
  assert.ok(pdf.length > 10_000, `${pdf.length} bytes`);
});

for (const [name, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  test(`nothing overlaps or leaves the screen (${name})`, async () => {
    await visit("examples", { size });
    const [wide, boxes] = await page.evaluate(() => [document.documentElement.scrollWidth,
      [".legend", ".zoom", ".timeline", "#panel", ".credits"].map((part) => document.querySelector(part))
        .filter((element) => element?.getClientRects().length && getComputedStyle(element).visibility !== "hidden")
        .filter((element, _, all) => !all.some((other) => other !== element && other.contains(element)))
        .map((element) => { const { left, top, right, bottom } = element.getBoundingClientRect(); return { name: element.className || element.id, left, top, right, bottom }; })]);
    assert.ok(wide <= size.width, `${wide} pixels wide`);
    for (const one of boxes) {
      assert.ok(one.left >= 0 && one.top >= 0 && one.right <= size.width + 1 && one.bottom <= size.height + 1, JSON.stringify(one));
      for (const other of boxes) {
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        assert.ok(one === other || across <= 1 || down <= 1, JSON.stringify([one, other]));
      }
    }
  });
}

test("inside a notebook's sandbox it works as well", async () => {
  await visitHost();
  const inner = page.frames()[1];
  await inner.waitForSelector("html[data-ready=yes]");
  await inner.click(".incident-icon[data-incident]");
  await inner.waitForSelector(".incident-popup blockquote");
});

async function visitHost() {
  noise = [];
  page = await browser.newPage();
  await page.setViewport(DESKTOP);
  page.on("pageerror", (error) => noise.push(`error ${error.message}`));
  await page.goto(pathToFileURL(join(MAP_FOLDER, "notebook.html")).href);
  await page.waitForSelector("iframe");
}
