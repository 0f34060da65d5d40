// Where a point lies: the same answer as mapper.zones gives for it, worked out in the page.

import { distanceToLines, isInside } from "./geodesy.js";

// Degrees: the line that distances are measured to, and the rings of areas.
const LINE_STEP = 1e-6;
const RING_STEP = 1e-5;
// The base map's coast is good to this: what is nearer to land counts as land.
const LAND_TOLERANCE_M = 1000;

/**
 * Undo the steps of an exact line: `[lon, lat]` in degrees.
 * @param {Steps} steps
 * @param {number} step
 * @returns {LonLat[]}
 */
export function decodeExact(steps, step) {
  /** @type {LonLat[]} */
  const points = [];
  let lon = 0;
  let lat = 0;
  for (let i = 0; i < steps.length; i += 2) {
    lon += steps[i];
    lat += steps[i + 1];
    points.push([lon * step, lat * step]);
  }
  return points;
}

/**
 * Prepare the check; null where the map carries no border layers.
 * @param {Record<string, Steps[]>} shapes
 * @param {LonLat[][]} land
 * @returns {((lon: number, lat: number) => PointCheck)|null}
 */
export function createZoneCheck(shapes, land) {
  if (!shapes.mdl) return null;
  const rings = Object.fromEntries(Object.entries(shapes).map(([name, lines]) => [name, lines.map((steps) => decodeExact(steps, name === "mdl" ? LINE_STEP : RING_STEP))]));
  /**
   * @param {string} name
   * @param {number} lon
   * @param {number} lat
   */
  const within = (name, lon, lat) => isInside(lon, lat, rings[name]);
  return (lon, lat) => {
    const metres = distanceToLines(lon, lat, rings.mdl);
    let zone = "outside_korea";
    let side = within("territory_north", lon, lat) ? "north" : within("territory_south", lon, lat) ? "south" : "unknown";
    if (within("jsa", lon, lat)) zone = "jsa";
    else if (within("dmz", lon, lat)) zone = "inside_dmz";
    else if (!isInside(lon, lat, land) && distanceToLines(lon, lat, land) > LAND_TOLERANCE_M) zone = "sea";
    else if (side !== "unknown") zone = `${side}_of_dmz`;
    // Inside the JSA no public line is exact enough; at sea and abroad a side means nothing.
    if (!["inside_dmz", "north_of_dmz", "south_of_dmz"].includes(zone)) side = "unknown";
    return { zone, side, distance: side === "south" ? -metres : metres };
  };
}
