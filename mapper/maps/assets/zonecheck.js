// Where a point lies: the same answer as mapper.zones gives for it, worked out in the page.

import { distanceToLines, isInside } from "./geodesy.js";
import { decodeSteps } from "./payload.js";

// Degrees: the line that distances are measured to is finer than what is drawn.
const LINE_STEP = 1e-6;
// The base map's coast is good to this: what is nearer to land counts as land.
const LAND_TOLERANCE_M = 1000;

/**
 * Prepare the check; null where the map carries no border layers.
 * @param {Record<string, Steps[]>} shapes
 * @param {LonLat[][]} land
 * @returns {((lon: number, lat: number) => PointCheck)|null}
 */
export function createZoneCheck(shapes, land) {
  if (!shapes.mdl) return null;
  const rings = Object.fromEntries(Object.entries(shapes).map(([name, lines]) => [name, lines.map((steps) => decodeSteps(steps, name === "mdl" ? LINE_STEP : undefined))]));
  /**
   * @param {string} name
   * @param {number} lon
   * @param {number} lat
   */
  const within = (name, lon, lat) => isInside(lon, lat, rings[name] || []); // a region may have no joint area
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
