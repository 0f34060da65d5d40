// Grouping on a plane: what stands closer than a radius becomes one sign.

/**
 * Group points greedily, in their order: the same points give the same groups.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => {x: number, y: number}} at pixels of the whole world at one zoom
 * @param {number} radius pixels; no two groups stand nearer to each other
 * @returns {PointGroup<T>[]}
 */
export function groupPoints(items, at, radius) {
  let groups = items.map((item) => {
    const { x, y } = at(item);
    return { x, y, items: [item], taken: false };
  });
  // A group stands in the middle of its points, which may be nearer to another than they are.
  for (let before = Infinity; groups.length < before;) {
    before = groups.length;
    groups = gather(groups, radius);
  }
  return groups;
}

/**
 * @template T
 * @param {PointGroup<T>[]} points none of them taken
 * @param {number} radius
 */
function gather(points, radius) {
  /** @type {Map<number, PointGroup<T>[]>} */
  const cells = new Map();
  for (const point of points) {
    const key = cellOf(point.x, point.y, radius);
    const cell = cells.get(key);
    if (cell) cell.push(point);
    else cells.set(key, [point]);
  }
  const gathered = [];
  for (const seed of points) {
    if (seed.taken) continue;
    const members = takeNear(cells, seed, radius);
    let x = 0;
    let y = 0;
    for (const member of members) {
      x += member.x * member.items.length;
      y += member.y * member.items.length;
    }
    const all = members.length === 1 ? seed.items : members.flatMap((member) => member.items);
    gathered.push({ x: x / all.length, y: y / all.length, items: all, taken: false });
  }
  return gathered;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
const cellOf = (x, y, size) => Math.floor(x / size) * 1e7 + Math.floor(y / size);

/**
 * @template {{x: number, y: number, taken: boolean}} P
 * @param {Map<number, P[]>} cells
 * @param {P} seed
 * @param {number} radius
 */
function takeNear(cells, seed, radius) {
  const members = [];
  for (let dx = -1; dx <= 1; dx += 1) {
    for (let dy = -1; dy <= 1; dy += 1) {
      const key = cellOf(seed.x + dx * radius, seed.y + dy * radius, radius);
      const cell = cells.get(key);
      if (!cell) continue;
      const rest = [];
      for (const point of cell) {
        if ((point.x - seed.x) ** 2 + (point.y - seed.y) ** 2 > radius ** 2) {
          rest.push(point);
        } else {
          point.taken = true;
          members.push(point);
        }
      }
      if (rest.length) cells.set(key, rest);
      else cells.delete(key);
    }
  }
  return members;
}

/**
 * Offsets in pixels that fan out signs standing at one spot: a ring, then a spiral.
 * @param {number} count
 */
export function fanOut(count) {
  if (count <= 9) {
    const radius = Math.max(34, (count * 34) / (2 * Math.PI));
    return Array.from({ length: count }, (_, i) => polar(radius, (i / count) * 2 * Math.PI - Math.PI / 2));
  }
  const offsets = [];
  let radius = 36;
  let angle = 0;
  for (let i = 0; i < count; i += 1) {
    offsets.push(polar(radius, angle));
    angle += 33 / radius;
    radius += 33 * (33 / radius) / (2 * Math.PI);
  }
  return offsets;
}

/**
 * @param {number} radius
 * @param {number} angle
 */
const polar = (radius, angle) => ({ x: radius * Math.cos(angle), y: radius * Math.sin(angle) });
