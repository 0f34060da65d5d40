// What paper says in few words.
import assert from "node:assert/strict";
import test from "node:test";
import { createView } from "../../mapper/maps/assets/filters.js";
import { setWords } from "../../mapper/maps/assets/i18n.js";
import { describeFilters, joinNumbers, letterOf } from "../../mapper/maps/assets/print.js";

test("runs of numbers are joined, and none is lost", () => {
  assert.deepEqual([[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 5, 7, 8], [4, 9, 10, 11, 12]].map(joinNumbers), ["", "1", "1, 2", "1–3", "1–3, 5, 7, 8", "4, 9–12"]);
});

test("there is a letter for each cluster", () => {
  assert.deepEqual([0, 1, 25, 26, 27, 51, 52, 701, 702].map(letterOf), ["A", "B", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA"]);
});

test("filters are told by what they leave out", () => {
  setWords({ en: { group_kind: "Incidents", group_assertion: "How it is told", printed_without: "without {values}", assertion_historical: "Background" }, ko: {} }, "en");
  const view = createView();
  const model = { kinds: [{ key: "drone", label: "Drone" }] };
  assert.equal(describeFilters(model, view), "How it is told: without Background");
  view.hidden.assertion.clear();
  assert.equal(describeFilters(model, view), "");
  view.hidden.kind.add("drone");
  Object.assign(view, { from: "2015-01-01", query: "mine" });
  assert.equal(describeFilters(model, view), "Incidents: without Drone; 2015-01-01 – …; “mine”");
});
