// Distances on the ellipsoid (WGS 84).

const A = 6_378_137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
const E2 = F * (2 - F);
const RAD = Math.PI / 180;

/**
 * Metres between two points: Vincenty (1975), "Direct and Inverse Solutions of Geodesics on
 * the Ellipsoid", Survey Review 23(176). Antipodes do not converge; no border is that long.
 * @param {number} lon1
 * @param {number} lat1
 * @param {number} lon2
 * @param {number} lat2
 */
export function geodesicDistance(lon1, lat1, lon2, lat2) {
  if (lon1 === lon2 && lat1 === lat2) return 0;
  const L0 = (lon2 - lon1) * RAD;
  const u1 = Math.atan((1 - F) * Math.tan(lat1 * RAD));
  const u2 = Math.atan((1 - F) * Math.tan(lat2 * RAD));
  const [sinU1, cosU1, sinU2, cosU2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = L0;
  for (let round = 0; round < 100; round += 1) {
    const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
    const sinSigma = Math.hypot(cosU2 * sinL, cosU1 * sinU2 - sinU1 * cosU2 * cosL);
    if (sinSigma === 0) return 0;
    const cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * cosL;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosU1 * cosU2 * sinL) / sinSigma;
    const cos2Alpha = 1 - sinAlpha ** 2;
    const cos2M = cos2Alpha === 0 ? 0 : cosSigma - (2 * sinU1 * sinU2) / cos2Alpha;
    const c = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
    const before = lambda;
    lambda = L0 + (1 - c) * F * sinAlpha * (sigma + c * sinSigma * (cos2M + c * cosSigma * (2 * cos2M ** 2 - 1)));
    if (Math.abs(lambda - before) > 1e-12) continue;
    const uu = (cos2Alpha * (A ** 2 - B ** 2)) / B ** 2;
    const big = 1 + (uu / 16384) * (4096 + uu * (-768 + uu * (320 - 175 * uu)));
    const small = (uu / 1024) * (256 + uu * (-128 + uu * (74 - 47 * uu)));
    const delta = small * sinSigma * (cos2M + (small / 4) * (cosSigma * (2 * cos2M ** 2 - 1) - (small / 6) * cos2M * (4 * sinSigma ** 2 - 3) * (4 * cos2M ** 2 - 3)));
    return B * big * (sigma - delta);
  }
  return NaN;
}

/**
 * Metres from a point to the nearest place on lines of `[lon, lat]` vertices.
 *
 * A plane that touches the ellipsoid finds the segments that may be nearest (its scale is
 * within half a percent over Korea); along those the geodesic itself decides.
 * @param {number} lon
 * @param {number} lat
 * @param {LonLat[][]} lines
 */
export function distanceToLines(lon, lat, lines) {
  const sin2 = Math.sin(lat * RAD) ** 2;
  const perLat = ((A * (1 - E2)) / (1 - E2 * sin2) ** 1.5) * RAD;
  const perLon = (A / Math.sqrt(1 - E2 * sin2)) * Math.cos(lat * RAD) * RAD;
  /** @type {[away: number, start: LonLat, end: LonLat][]} */
  const found = [];
  let least = Infinity;
  for (const line of lines) {
    for (let i = 0; i + 1 < line.length; i += 1) {
      const away = planeDistance((line[i][0] - lon) * perLon, (line[i][1] - lat) * perLat, (line[i + 1][0] - lon) * perLon, (line[i + 1][1] - lat) * perLat);
      least = Math.min(least, away);
      found.push([away, line[i], line[i + 1]]);
    }
  }
  let nearest = Infinity;
  const slack = least * (least > 50_000 ? 1.05 : 1.01) + 5;
  for (const [away, start, end] of found) {
    if (away <= slack) nearest = Math.min(nearest, alongSegment(lon, lat, start, end));
  }
  return nearest;
}

/**
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 */
function planeDistance(x1, y1, x2, y2) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length2 = dx * dx + dy * dy;
  const share = length2 === 0 ? 0 : Math.max(0, Math.min(1, -(x1 * dx + y1 * dy) / length2));
  return Math.hypot(x1 + share * dx, y1 + share * dy);
}

/**
 * Least geodesic distance along a segment that is straight in degrees (golden section).
 * @param {number} lon
 * @param {number} lat
 * @param {LonLat} start
 * @param {LonLat} end
 */
function alongSegment(lon, lat, [lon1, lat1], [lon2, lat2]) {
  const ratio = (Math.sqrt(5) - 1) / 2;
  const at = (/** @type {number} */ share) => geodesicDistance(lon, lat, lon1 + share * (lon2 - lon1), lat1 + share * (lat2 - lat1));
  let [low, high] = [0, 1];
  let [left, right] = [1 - ratio, ratio];
  let [atLeft, atRight] = [at(left), at(right)];
  for (let round = 0; round < 30; round += 1) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - ratio * (high - low);
      atLeft = at(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + ratio * (high - low);
      atRight = at(right);
    }
  }
  return Math.min(atLeft, atRight, at(0), at(1));
}

/**
 * Whether a point lies inside rings (holes count by the even-odd rule).
 * @param {number} lon
 * @param {number} lat
 * @param {LonLat[][]} rings
 */
export function isInside(lon, lat, rings) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [x1, y1] = ring[i];
      const [x2, y2] = ring[j];
      if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside;
    }
  }
  return inside;
}
