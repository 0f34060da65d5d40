// The parts of the page that need no page: what they answer, from values to values.
import assert from "node:assert/strict";
import test from "node:test";
import { csvCell, toCsv, toGeoJson } from "../../mapper/maps/assets/download.js";
import { applyFilters, createView, dayNumber, isUntouched, isoDay, readAddress, writeAddress } from "../../mapper/maps/assets/filters.js";
import { formatCasualties, formatDate, formatDistance, formatZone, summaryBeyond } from "../../mapper/maps/assets/format.js";
import { distanceToLines, geodesicDistance, isInside } from "../../mapper/maps/assets/geodesy.js";
import { kindLabel, language, named, plural, say, sayName, setWords, t } from "../../mapper/maps/assets/i18n.js";
import { groupPoints } from "../../mapper/maps/assets/clusters.js";
import { decodeLine, decodeSteps, fromBase85 } from "../../mapper/maps/assets/payload.js";
import { sortIncidents } from "../../mapper/maps/assets/table.js";
import { binOf, countBins, makeBins, makeTicks } from "../../mapper/maps/assets/timeline.js";
import { createZoneCheck } from "../../mapper/maps/assets/zonecheck.js";
import { incident, letters } from "./helpers.js";

const WORDS = {
  en: { incident_one: "{count} incident", incident_many: "{count} incidents", date_unknown: "no date", killed: "{count} killed", not_killed: "nobody killed", injured: "{count} injured", zone_jsa: "Inside the JSA" },
  ko: { incident_one: "사건 {count}건", incident_many: "사건 {count}건", date_unknown: "날짜 없음" },
};
test.beforeEach(() => setWords(WORDS, "en"));

test("geodesics agree with published ones", () => {
  // WGS 84: the length of a quarter of a meridian, and of a degree on the equator.
  assert.ok(Math.abs(geodesicDistance(0, 0, 0, 90) - 10_001_965.729) < 0.01);
  assert.ok(Math.abs(geodesicDistance(0, 0, 1, 0) - 111_319.491) < 0.01);
  assert.equal(geodesicDistance(127, 38, 127, 38), 0);
  assert.ok(Math.abs(geodesicDistance(126, 37, 128, 39) - geodesicDistance(128, 39, 126, 37)) < 1e-6);
});

test("the nearest place on a line may lie within a segment or at its end", () => {
  const line = [[[126, 38], [128, 38]]];
  assert.ok(Math.abs(distanceToLines(127, 38.01, line) - geodesicDistance(127, 38.01, 127, 38)) < 0.01);
  assert.ok(Math.abs(distanceToLines(129, 38, line) - geodesicDistance(129, 38, 128, 38)) < 0.01);
});

test("a hole is outside", () => {
  const rings = [[[0, 0], [4, 0], [4, 4], [0, 4]], [[1, 1], [3, 1], [3, 3], [1, 3]]];
  assert.deepEqual([[0.5, 0.5], [2, 2], [5, 2]].map(([x, y]) => isInside(x, y, rings)), [true, false, false]);
});

test("a point is told its zone, its side and a signed distance", () => {
  const box = (west, south, east, north, step) => [letters([west, south, east - west, 0, 0, north - south, west - east, 0].map((degrees) => Math.round(degrees / step)))];
  const shapes = {
    mdl: [letters([126, 38, 2, 0].map((degrees) => degrees * 1e6))],
    dmz: box(126, 37.98, 128, 38.02, 1e-5), jsa: box(126.6, 37.99, 126.7, 38.01, 1e-5),
    territory_north: box(126, 38, 128, 39, 1e-5), territory_south: box(126, 37, 128, 38, 1e-5),
  };
  const check = createZoneCheck(shapes, [[[126, 37], [128, 37], [128, 39], [126, 39]]]);
  const told = (lon, lat) => { const { zone, side } = check(lon, lat); return [zone, side]; };
  assert.deepEqual(told(126.65, 38.001), ["jsa", "unknown"]);
  assert.deepEqual(told(127, 38.01), ["inside_dmz", "north"]);
  assert.deepEqual(told(127, 37.5), ["south_of_dmz", "south"]);
  assert.deepEqual(told(127, 38.5), ["north_of_dmz", "north"]);
  assert.deepEqual(told(125, 38), ["sea", "unknown"]);
  assert.ok(check(127, 37.5).distance < 0 && check(127, 38.5).distance > 0);
  assert.equal(createZoneCheck({}, []), null);
});

test("steps become lines, and only Leaflet's are turned round", () => {
  // The example of the format's own page, which gives latitude first.
  assert.deepEqual(decodeSteps("_p~iF~ps|U_ulLnnqC_mqNvxq`@").map((point) => point.map((x) => Number(x.toFixed(5)))), [[38.5, -120.2], [40.7, -120.95], [43.252, -126.453]]);
  assert.deepEqual(decodeSteps(letters([1270000, 380000, 10, -10]), 1e-4).map((point) => point.map((x) => Number(x.toFixed(4)))), [[127, 38], [127.001, 37.999]]);
  assert.deepEqual(decodeLine(letters([12700000, 3800000])).map((point) => point.map((x) => Number(x.toFixed(5)))), [[38, 127]]);
  assert.deepEqual(decodeLine(letters([1270, 380]), 10000).map((point) => point.map((x) => Number(x.toFixed(5)))), [[38, 127]]);
});

test("filters combine, and a box counts what it would show", () => {
  const drone = { key: "drone", label: "Drone", labelKo: "무인기" };
  const all = [incident(), incident({ kind: drone, summary: "a drone came" }), incident({ assertion: "historical" }), incident({ start: "", end: "" })];
  const view = createView();
  assert.deepEqual(applyFilters(all, view).shown, [all[0], all[1], all[3]]);
  view.hidden.kind.add("drone");
  const { shown, counts } = applyFilters(all, view);
  assert.deepEqual(shown, [all[0], all[3]]);
  assert.equal(counts.kind.get("drone"), 1);
  view.hidden.kind.clear();
  view.query = "Drone CAME";
  assert.deepEqual(applyFilters(all, view).shown, [all[1]]);
  Object.assign(view, { query: "", from: "2014-01-01", to: "2014-12-31" });
  assert.deepEqual(applyFilters(all, view).shown, [all[3]]);
  view.undated = false;
  assert.deepEqual(applyFilters(all, view).shown, []);
  assert.equal(applyFilters(all, view).timed.length, 3);
});

test("an address is read as it was written, and a bad one changes nothing", () => {
  const view = createView();
  assert.ok(isUntouched(view));
  Object.assign(view, { query: "a&b=ㄱ", from: "2015-01-01", undated: false, table: true, source: "Wire #1" });
  view.hidden.zone.add("jsa");
  view.hidden.assertion.clear();
  const again = createView();
  readAddress(`#${writeAddress(view)}`, again);
  assert.deepEqual(again, view);
  readAddress("#from=yesterday&to=%3Cscript%3E&hide-nothing=1", again);
  assert.ok(isUntouched(again));
});

test("days are counted both ways", () => {
  assert.equal(dayNumber("1970-01-02"), 1);
  for (const day of ["1950-06-25", "2000-02-29", "2024-12-31"]) assert.equal(isoDay(dayNumber(day)), day);
});

test("bins cover every day and are never too many", () => {
  for (const [first, last] of [["2015-01-01", "2015-01-20"], ["2010-05-05", "2015-01-01"], ["1950-06-25", "2024-12-31"], ["1000-01-01", "2024-12-31"]]) {
    const [from, to] = [dayNumber(first), dayNumber(last)];
    const { starts } = makeBins(from, to);
    assert.ok(starts.length <= 170 && starts[0] <= from, `${first} ${starts.length}`);
    assert.ok(starts.every((start, i) => i === 0 || start > starts[i - 1]));
    for (let day = from; day <= to; day += 17) {
      const bin = binOf(starts, day);
      assert.ok(starts[bin] <= day && !(starts[bin + 1] <= day));
    }
  }
});

test("a time axis has a few ticks, whatever its length", () => {
  for (const [first, last, unit] of [["2015-01-01", "2015-01-20", "day"], ["2024-01-01", "2024-12-31", "week"], ["2010-05-05", "2015-01-01", "month"], ["1950-06-25", "2024-12-31", "year"]]) {
    const bins = makeBins(dayNumber(first), dayNumber(last));
    assert.equal(bins.unit, unit);
    const ticks = makeTicks(bins.unit, bins.starts);
    assert.ok(ticks.length >= 3 && ticks.length <= 8, `${unit} ${ticks.length}`);
    assert.equal(new Set(ticks.map(({ text }) => text)).size, ticks.length);
  }
  const { unit, starts } = makeBins(dayNumber("1950-06-25"), dayNumber("2024-12-31"));
  assert.deepEqual(makeTicks(unit, starts).map(({ text }) => text), ["1950", "1960", "1970", "1980", "1990", "2000", "2010", "2020"]);
});

test("a date that is a whole year is spread over it and has no bar of its own", () => {
  const { starts } = makeBins(dayNumber("2010-01-01"), dayNumber("2012-12-31"));
  const year = incident({ start: "2010-01-01", end: "2010-12-31", precision: "year" });
  const first = incident({ start: "2010-01-01", end: "2010-01-01", kind: year.kind });
  const { kinds, vague } = countBins([year, first, incident({ start: "", end: "" })], starts);
  assert.equal([...kinds.values()][0][0], 1);
  assert.equal([...kinds.values()].flat().reduce((a, b) => a + b), 1);
  assert.ok(Math.abs(vague.reduce((a, b) => a + b) - 1) < 1e-9);
  assert.ok(Math.max(...vague) < 0.1 && vague[binOf(starts, dayNumber("2011-02-01"))] === 0);
});

test("dates are no more exact than they are known", () => {
  const told = (start, end, precision) => formatDate({ start, end, precision });
  assert.equal(told("", "", "unknown"), "no date");
  assert.equal(told("2015-08-04", "2015-08-04", "day"), "4 August 2015");
  assert.equal(told("2015-08-01", "2015-08-31", "month"), "August 2015");
  assert.equal(told("2015-01-01", "2015-12-31", "year"), "2015");
  assert.equal(told("2015-08-04", "2015-08-06", "range"), "4–6 August 2015");
  setWords(WORDS, "ko");
  assert.equal(told("2015-08-04", "2015-08-04", "day"), "2015년 8월 4일");
});

test("distances and harm are told as people tell them", () => {
  assert.deepEqual([0, 94, 444, 1234, 98_765].map(formatDistance), ["0 m", "94 m", "440 m", "1.2 km", "99 km"]);
  assert.equal(formatCasualties([2, -1, -1]), "2 killed");
  assert.equal(formatCasualties([0, 1, -1]), "nobody killed, 1 injured");
  assert.equal(formatCasualties(null), "");
  assert.equal(formatZone({ zone: "jsa", side: "unknown", certainty: "certain", distance: null, min: null, max: null }), "Inside the JSA");
});

test("words fall back to their key, and kinds to English", () => {
  assert.equal(t("nobody_wrote_this"), "nobody_wrote_this");
  assert.equal(named("zone", "south_of_dmz"), "south of dmz");
  assert.equal(plural(1, "incident"), "1 incident");
  assert.equal(plural(10_000, "incident"), "10,000 incidents");
  setWords(WORDS, "fr");
  assert.equal(language(), "en");
  setWords(WORDS, "ko");
  assert.equal(kindLabel({ label: "Talks" }), "Talks");
  assert.equal(kindLabel({ label: "Talks", labelKo: "회담" }), "회담");
});

test("no cell of a CSV file runs in a spreadsheet", () => {
  for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "|cmd", "%0a", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"]) {
    assert.match(csvCell(text), /^"?'/, JSON.stringify(text));
  }
  assert.equal(csvCell(-12.5), "-12.5");
  assert.equal(csvCell('say "no", he'), '"say ""no"", he"');
  assert.equal(csvCell("plain"), "plain");
  const file = toCsv([incident({ summary: "x" })]);
  assert.equal(file.charCodeAt(0), 0xfeff);
  assert.equal(file.trim().split("\r\n").length, 2);
});

test("GeoJSON keeps what has no place", () => {
  const place = { label: "There", lon: 127, lat: 38, uncertainty: 400, grade: "exact" };
  const { features } = JSON.parse(toGeoJson([incident({ place }), incident()]));
  assert.deepEqual(features.map((feature) => feature.geometry), [{ type: "Point", coordinates: [127, 38] }, null]);
  assert.equal(features[0].properties.uncertainty_m, 400);
  assert.equal(features[1].properties.place, null);
});

test("rows are sorted, what is missing comes last either way", () => {
  const rows = [incident({ start: "2015" }), incident({ start: "" }), incident({ start: "2013" })];
  const order = (descending) => sortIncidents(rows, (each) => each.start, descending).map((each) => each.start);
  assert.deepEqual(order(false), ["2013", "2015", ""]);
  assert.deepEqual(order(true), ["2015", "2013", ""]);
});

test("every point is in one group, and the same points give the same groups", () => {
  const points = Array.from({ length: 500 }, (_, i) => ({ x: (i * 7919) % 1000, y: (i * 104_729) % 700 }));
  const groups = groupPoints(points, (point) => point, 34);
  assert.equal(new Set(groups.flatMap((group) => group.items)).size, 500);
  assert.deepEqual(groupPoints(points, (point) => point, 34), groups);
  const near = groups.filter((one, i) => groups.slice(i + 1).some((other) => Math.hypot(one.x - other.x, one.y - other.y) <= 34));
  assert.deepEqual(near, []);
});

test("what lies astride the line says how far only when that is known", () => {
  setWords({ en: { ...WORDS.en, mdl_astride: "astride (up to {reach})", mdl_astride_only: "astride", north_word: "north", south_word: "south", and: "and" } }, "en");
  const told = (min, max) => formatZone({ zone: "jsa", side: "straddles", certainty: "certain", distance: 0, min, max });
  assert.equal(told(0, 0), "Inside the JSA; astride");
  assert.equal(told(-500, 0), "Inside the JSA; astride (up to 500 m south)");
});

test("what may lie far on either side of the line says so first", () => {
  setWords({ en: { ...WORDS.en, zone_south_of_dmz: "South of the DMZ", possibly: "Possibly {zone}", mdl_anywhere: "Anywhere from {south} south to {north} north", mdl_astride: "astride (up to {reach})", north_word: "north", south_word: "south", and: "and" } }, "en");
  const told = (min, max, certainty = "possible") => formatZone({ zone: "south_of_dmz", side: "straddles", certainty, distance: 0, min, max });
  assert.equal(told(-127_000, 113_000), "Anywhere from 127 km south to 113 km north; possibly south of the DMZ");
  // Certain, near, or mostly on one side: the zone comes first.
  for (const zone of [told(-127_000, 113_000, "certain"), told(-30_000, 3900), told(-30_000, 9000)]) assert.match(zone, /outh of the DMZ; astride/);
});

test("prose of the program is said in Korean, piece by piece, and what is unknown stays", () => {
  const phrases = { "a capital": "수도", "north": "북쪽", "population {n}": "인구 {n}명", "the {=part} part of {x}": "{x}의 {part} 부분", "details: {,x}": "세부: {x}", "{n} soldier[s]": "군인 {n}명", "a; b": "가나" };
  setWords({ ...WORDS, phrases, names: { "DMZ": "비무장지대", "western sector": "서부" } }, "ko", [["Paju", "파주"], ["Nowhere", ""]]);
  assert.equal(say("a capital; population 7,000; the north part of DMZ; of its own"), "수도; 인구 7,000명; DMZ의 북쪽 부분; of its own");
  assert.equal(say("A capital"), "수도");
  assert.equal(say("details: north, fog"), "세부: 북쪽, fog");
  assert.deepEqual(["1 soldier", "2 soldiers", "a; b", ""].map(say), ["군인 1명", "군인 2명", "가나", ""]);
  assert.deepEqual(["DMZ", "DMZ, western sector", "Paju", "Nowhere", "south of Paju"].map(sayName), ["비무장지대", "비무장지대 서부", "파주", "Nowhere", "south of Paju"]);
  assert.equal(say(`the ${"of ".repeat(5000)}`), `the ${"of ".repeat(5000)}`); // and at once
  setWords({ ...WORDS, phrases }, "en");
  assert.equal(say("a capital"), "a capital");
});

test("base 85 is undone to the byte", () => {
  const text = (/** @type {string} */ packed) => new TextDecoder().decode(fromBase85(packed));
  // Python: base64.a85encode(b"Man is distinguished"), and shorter ones
  assert.equal(text("9jqo^BlbD-BleB1DJ+*+F(f,q"), "Man is distinguished");
  assert.deepEqual(["", "5l", "5sb", "5sdp"].map(text), ["", "A", "AB", "ABC"]);
  assert.deepEqual([...fromBase85("!!!!!!!")], [0, 0, 0, 0, 0]);
  assert.deepEqual([...fromBase85("s8W-!v")].length, 4); // a lone rest is no byte
  assert.deepEqual([...fromBase85("v!!!!")], [...fromBase85("<!!!!")]);
});

test("a summary is shown when it says more than kind, place and date", () => {
  const at = (summary, label = "Cheorwon, Gangwon") => summaryBeyond(incident({ summary, place: label ? { label } : null }));
  assert.equal(at("Shooting, Cheorwon, Gangwon, 2020-05-03"), "");
  assert.equal(at("Guard shooting, Cheorwon, Gangwon (not stated), 2020-05 [alleged]"), "");
  assert.equal(at("Shooting, place unknown, date unknown", ""), "");
  assert.equal(at('Shooting, place unknown, "last year"', ""), "");
  // Of a line that the program made, what the text counts is left: harm has a row of its own.
  assert.equal(at("Shooting, Cheorwon, Gangwon, 2020-05-03: 2 injured"), "");
  assert.equal(at("Shooting, Cheorwon, Gangwon, 2020-05-03: 1,200 rounds, 3 soldiers, 2 injured [denied]"), "1,200 rounds, 3 soldiers");
  for (const told of ["Shooting, Paju, 2020-05-03", "Two men ran, Cheorwon, Gangwon, 2020-05-03", "Shots", ""]) assert.equal(at(told), told);
});
