// Where the map stands, as the address tells it.
import assert from "node:assert/strict";
import test from "node:test";
import { createView, isUntouched, readAddress, readPosition, writeAddress, writePosition } from "../../mapper/maps/assets/filters.js";

test("a position is as fine as the screen, and comes back to half a pixel", () => {
  assert.equal(writePosition({ zoom: 10.5, lat: 37.95603, lng: 126.67699 }), "10.5/37.9560/126.6770");
  for (let zoom = 4; zoom <= 14; zoom += 0.5) {
    const at = { zoom, lat: 37.123456789, lng: -126.987654321 };
    const again = readPosition(writePosition(at));
    const pixels = (256 * 2 ** zoom) / 360;
    assert.equal(again.zoom, zoom);
    assert.ok(Math.abs(again.lng - at.lng) * pixels <= 0.5 && Math.abs(again.lat - at.lat) * pixels <= 0.5);
  }
});

test("what is no position is none", () => {
  const wrong = ["", "8", "8/37", "8/37/127/1", "8/86/127", "8/37/181", "-8/37/127", "100/1/1", "1e3/1/1", "NaN/1/1", "8/Infinity/1", "8/37/127<script>", "8//", "__proto__", `8/37/${"1".repeat(400)}`, "8/37/127 "];
  assert.deepEqual(wrong.map(readPosition), wrong.map(() => null));
});

test("the address carries the position beside what else is set, and a moved map filters nothing", () => {
  const view = createView();
  Object.assign(view, { at: { zoom: 9, lat: 38.25, lng: 127.5 }, query: "a/b" });
  assert.match(writeAddress(view), /&map=9\/38\.250\/127\.500$/);
  const again = createView();
  readAddress(`#${writeAddress(view)}`, again);
  assert.deepEqual(again, view);
  view.query = "";
  assert.ok(isUntouched(view));
  readAddress("#q=x", view);
  assert.equal(view.at, null);
});
