"""The zone check against an oracle that shares no code with it: brute force on the ellipsoid.

The oracle reads the layers' files itself. It finds which zone a point is in by counting how many
edges a ray crosses (NumPy alone), distances by geodesics (Karney's, from pyproj) to the nearest of
all stretches of the line, 30 m long, and shares by counting points spread over a shape.

Stated tolerances: zone and side agree but for points within 0.5 m of a limit; distances to the MDL
and the NLL agree within 0.1 m up to 20 km, and a ten-thousandth beyond; the least and greatest
distance over a shape within 2 m (and a 20,000th of its outline); shares within 0.06 of what 400
points say, and within 0.004 on the average. Circles of 1 to 150 km: shares within 0.02 of what
1,500 points say, 0.001 on the average.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely  # to write the shapes down, never to measure them

from mapper.layers import BorderLayers
from mapper.model import Certainty, Position, Side, ZoneName
from mapper.zones import check_zones

LAYERS = BorderLayers.load()
FOLDER = Path(__file__).resolve().parents[1] / "geodata" / "layers"
GEOD = pyproj.Geod(ellps="WGS84")
POINTS, SHAPES, SPREAD = 100_000, 5_000, 400
STEP_DEG = 0.0003  # about 30 m
LAND_M = 1000.0  # within it of the coarse coast the zone check says land (manifest, base_land)


def rings_of(name: str, **wanted: str) -> list[np.ndarray]:
    """All rings or lines of a layer's file, as n x 2 degrees."""
    rings = []
    for feature in json.loads((FOLDER / f"{name}.geojson").read_text("utf-8"))["features"]:
        kind, given = feature["geometry"]["type"], feature["geometry"]["coordinates"]
        if any(feature["properties"].get(key) != value for key, value in wanted.items()):
            continue
        if kind == "LineString":
            rings.append(given)
        elif kind in ("MultiLineString", "Polygon"):
            rings += given
        elif kind == "MultiPolygon":
            rings += [ring for polygon in given for ring in polygon]
    return [np.array(ring, dtype=float)[:, :2] for ring in rings]


@dataclass(frozen=True)
class Edges:
    """The straight pieces of some rings, in degrees."""

    start: np.ndarray
    end: np.ndarray

    @classmethod
    @cache
    def of(cls, name: str, part: str = "") -> Edges:
        rings = rings_of(name, **({"part": part} if part else {}))
        return cls(
            np.concatenate([ring[:-1] for ring in rings]),
            np.concatenate([ring[1:] for ring in rings]),
        )

    def _runs(self, lat: np.ndarray, margin: float):
        """For each edge the points whose latitude it spans, give or take a margin."""
        order = np.argsort(lat, kind="stable")
        y0, y1 = self.start[:, 1], self.end[:, 1]
        low = np.searchsorted(lat[order], np.minimum(y0, y1) - margin, side="left")
        high = np.searchsorted(lat[order], np.maximum(y0, y1) + margin, side="left")
        for edge in np.flatnonzero(high > low):
            yield edge, order[low[edge] : high[edge]]

    def inside(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Even-odd rule: how many edges does a ray to the east cross?"""
        odd = np.zeros(len(lon), dtype=bool)
        for edge, at in self._runs(lat, 0.0):
            (x0, y0), (x1, y1) = self.start[edge], self.end[edge]
            odd[at] ^= x0 + (lat[at] - y0) / (y1 - y0) * (x1 - x0) > lon[at]
        return odd

    def nearest_m(self, lon: np.ndarray, lat: np.ndarray, most_m: float) -> np.ndarray:
        """Metres to the nearest edge where that is less than ``most_m``, else infinite."""
        found = np.full(len(lon), np.inf)
        for edge, at in self._runs(lat, most_m / 110_000):
            foot = foot_on(self.start[edge], self.end[edge], lon[at], lat[at])
            near = np.flatnonzero(np.abs(foot[:, 0] - lon[at]) < most_m / 70_000)
            here, foot = at[near], foot[near]
            metres = GEOD.inv(lon[here], lat[here], foot[:, 0], foot[:, 1])[2]
            found[here] = np.minimum(found[here], metres)
        return found


def foot_on(start, end, lon, lat) -> np.ndarray:
    """The nearest place on short stretches, each flat under its point."""
    wide = np.cos(np.radians(lat))
    ax, ay = (start[..., 0] - lon) * wide, start[..., 1] - lat
    dx, dy = (end[..., 0] - start[..., 0]) * wide, end[..., 1] - start[..., 1]
    share = np.clip(-(ax * dx + ay * dy) / (dx**2 + dy**2), 0, 1)[..., None]
    return start + share * (end - start)


class Line:
    """A line in stretches of 30 m, and the geodesic distance to the nearest."""

    def __init__(self, *rings: np.ndarray) -> None:
        starts, ends = [], []
        for ring in rings:
            for a, b in pairwise(ring):
                count = int(np.ceil(np.hypot(*(b - a)) / STEP_DEG))
                steps = a + np.linspace(0, 1, count + 1)[:, None] * (b - a)
                starts.append(steps[:-1])
                ends.append(steps[1:])
        self.start, self.end = np.concatenate(starts), np.concatenate(ends)
        middle = (in_space(*self.start.T) + in_space(*self.end.T)) / 2
        reach = np.sqrt(((in_space(*self.end.T) - middle) ** 2).sum(axis=1))
        #: Balls that hold 256, 16 and 1 stretches that follow each other.
        self.balls = [(size, *balls(middle, reach, size)) for size in (256, 16, 1)]

    def distance_m(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        parts = [slice(at, at + 5000) for at in range(0, len(lon), 5000)]
        return np.concatenate([self._distance_m(lon[part], lat[part]) for part in parts])

    def _distance_m(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        here = in_space(lon, lat)
        count = len(self.balls[0][1])
        of, at = np.repeat(np.arange(len(lon)), count), np.tile(np.arange(count), len(lon))
        for size, middle, reach in self.balls:
            chord = np.sqrt(((here[of] - middle[at]) ** 2).sum(axis=1))
            most = np.minimum.reduceat(chord + reach[at], np.searchsorted(of, np.arange(len(lon))))
            # All else is farther than the farthest place in the nearest ball.
            may_be = chord - reach[at] <= most[of] + 1e-9
            of, at = of[may_be], at[may_be]
            if size > 1:
                of, at = np.repeat(of, 16), (at[:, None] * 16 + np.arange(16)).ravel()
                there = at < len(self.balls[1 if size == 256 else 2][1])
                of, at = of[there], at[there]
        foot = foot_on(self.start[at], self.end[at], lon[of], lat[of])
        metres = GEOD.inv(lon[of], lat[of], foot[:, 0], foot[:, 1])[2]
        return np.minimum.reduceat(metres, np.searchsorted(of, np.arange(len(lon))))


def balls(middle: np.ndarray, reach: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Balls in space around so many neighbours each."""
    first = np.arange(0, len(middle), size)
    many = np.diff(np.append(first, len(middle)))
    means = np.add.reduceat(middle, first) / many[:, None]
    away = np.sqrt(((middle - np.repeat(means, many, axis=0)) ** 2).sum(axis=1))
    return means, np.maximum.reduceat(away + reach, first)


def in_space(lon, lat) -> np.ndarray:
    """Places on the ellipsoid as points in space, in Earth radii: chords order as geodesics do."""
    lon, lat = np.radians(lon), np.radians(lat)
    prime = 1 / np.sqrt(1 - GEOD.es * np.sin(lat) ** 2)
    flat = prime * np.cos(lat)
    return np.column_stack(
        [flat * np.cos(lon), flat * np.sin(lon), prime * (1 - GEOD.es) * np.sin(lat)]
    )


MDL = Line(*rings_of("mdl", part="land"))
NLL_RINGS = rings_of("nll_west"), rings_of("nll_east")
NLL = Line(*NLL_RINGS[0], *NLL_RINGS[1])


def true_zones(lon: np.ndarray, lat: np.ndarray, *, tolerant: bool = True):
    """The zone of each point, and whether it is in the northern and the southern territory."""
    north = Edges.of("territory_north").inside(lon, lat)
    south = Edges.of("territory_south").inside(lon, lat)
    land = Edges.of("base_land").inside(lon, lat)
    if tolerant:
        water = np.flatnonzero(~land)
        near_m = Edges.of("base_land").nearest_m(lon[water], lat[water], LAND_M * 1.01)
        land[water[near_m <= LAND_M]] = True
    zone = np.where(land, "outside_korea", "sea").astype("U14")
    zone[land & north] = "north_of_dmz"
    zone[land & south] = "south_of_dmz"
    for half in ("dmz_north", "dmz_south"):
        zone[Edges.of(half).inside(lon, lat)] = "inside_dmz"
    zone[Edges.of("jsa").inside(lon, lat)] = "jsa"
    return zone, north, south


def limits_m(lon: np.ndarray, lat: np.ndarray, most_m: float) -> np.ndarray:
    """Metres to the nearest line at which the zone or the side of a point may change."""
    names = ("dmz_north", "dmz_south", "jsa", "territory_north", "territory_south", "base_land")
    metres = np.min([Edges.of(name).nearest_m(lon, lat, most_m) for name in names], axis=0)
    coast_m = Edges.of("base_land").nearest_m(lon, lat, LAND_M + most_m)
    return np.minimum(metres, np.abs(coast_m - LAND_M))


def random_points(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Half of them along the border, a third over both Koreas and their waters, some at the JSA."""
    rng = np.random.default_rng(seed)
    boxes = [(126.4, 37.6, 128.5, 38.7)] * 5 + [(123.5, 33.5, 131.5, 43.0)] * 4
    boxes += [(126.64, 37.92, 126.72, 37.99)]
    west, south, east, north = np.array(boxes)[rng.integers(0, len(boxes), count)].T
    return rng.uniform(west, east), rng.uniform(south, north)


def checked(lon, lat, radius=1.0, **options):
    return check_zones(
        [Position(lon=x, lat=y, uncertainty_m=radius) for x, y in zip(lon, lat, strict=True)],
        LAYERS,
        **options,
    )


def tolerance_m(metres: np.ndarray) -> np.ndarray:
    return 0.1 + 1e-4 * np.maximum(0, metres - 20_000)


@pytest.fixture(scope="module")
def points():
    lon, lat = random_points(POINTS, 2026)
    return lon, lat, checked(lon, lat)


@pytest.mark.slow
def test_zones_and_sides_of_100_000_points(points):
    lon, lat, checks = points
    zone, north, south = true_zones(lon, lat)
    found = np.array([check.zone.value for check in checks])
    wrong = np.flatnonzero(found != zone)
    assert len(wrong) < 20
    assert (limits_m(lon[wrong], lat[wrong], 5.0) < 0.5).all()
    right = found == zone
    for name, at in (("north", north), ("south", south)):
        sided = right & at & ~(north & south) & np.isin(zone, ["inside_dmz", f"{name}_of_dmz"])
        sides = {checks[i].side for i in np.flatnonzero(sided)}
        assert sides == {Side(name), Side.STRADDLES}
    for name in ("jsa", "sea", "outside_korea"):
        chosen = [checks[i] for i in np.flatnonzero(zone == name)]
        assert len(chosen) > 50
        assert {check.side for check in chosen} <= {Side.UNKNOWN, Side.STRADDLES}


@pytest.mark.slow
def test_distances_of_100_000_points(points):
    lon, lat, checks = points
    expected = MDL.distance_m(lon, lat)
    found = np.abs([check.mdl_distance_m for check in checks])
    assert (np.abs(found - expected) <= tolerance_m(expected)).all()
    reached = np.array([check.side is Side.STRADDLES for check in checks])
    assert (reached == (found <= 1.0)).all()
    assert ([check.on_line for check in checks] == (found <= 400)).all()


@pytest.mark.slow
def test_the_nll_at_sea(points):
    lon, lat, checks = points
    at_sea = np.array([check.nll_distance_m is not None for check in checks])
    assert (at_sea == [check.zone is ZoneName.SEA for check in checks]).all()
    lon, lat = lon[at_sea], lat[at_sea]
    found = np.array([check.nll_distance_m for check in checks if check.nll_distance_m is not None])
    sides = np.array([check.nll_side.value for check in checks])[at_sea]
    expected = NLL.distance_m(lon, lat)
    assert (np.abs(np.abs(found) - expected) <= tolerance_m(expected)).all()
    for (ring,), accuracy_m in zip(NLL_RINGS, (100, 2000), strict=True):
        ring = ring[np.argsort(ring[:, 0])]
        under = (lon > ring[0, 0]) & (lon < ring[-1, 0])
        above = lat > np.interp(lon, ring[:, 0], ring[:, 1])
        clear = under & (np.abs(found) > accuracy_m + 1)
        assert (sides[clear] == np.where(above[clear], "north", "south")).all()
        assert (np.sign(found[clear]) == np.where(above[clear], 1, -1)).all()
        assert (sides[under & (np.abs(found) < accuracy_m - 1)] == "straddles").all()


@pytest.mark.slow
def test_the_batch_does_not_matter(points):
    lon, lat, checks = points
    rng = np.random.default_rng(8)
    order = rng.permutation(20_000)
    cuts = np.sort(rng.integers(0, len(order), 60))
    for at in np.split(order, cuts):
        assert checked(lon[at], lat[at]) == [checks[i] for i in at]


def random_shapes(count: int, seed: int) -> list[np.ndarray]:
    """Rings seen whole from their middle, with 3 to 12 corners, 0.1 to 30 km wide."""
    rng = np.random.default_rng(seed)
    rings = []
    for lon, lat in zip(*random_points(count, seed + 1), strict=True):
        # Three corners all around, so that the middle is inside.
        turns = np.sort([0.1, 2.2, 4.3, *rng.uniform(0, 2 * np.pi, rng.integers(0, 10))])
        reach = 10 ** rng.uniform(-3.0, -0.8) * rng.uniform(0.3, 1, len(turns))
        middle = np.array([lon, lat])
        corners = middle + reach[:, None] * np.column_stack([np.cos(turns) / 0.79, np.sin(turns)])
        rings.append(np.concatenate([corners, corners[:1]]))
        assert Edges(rings[-1][:-1], rings[-1][1:]).inside(*middle[:, None])[0]
    return rings


def spread_over(ring: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Points spread evenly over a ring that is seen whole from its middle."""
    a, b = ring[:-1] - middle, ring[1:] - middle
    part = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    part /= part.sum()
    # The plastic number's sequence covers the unit square evenly.
    u, v = ((np.arange(SPREAD)[:, None] + 0.5) * (0.7548776662466927, 0.5698402909980532) % 1).T
    ends = np.cumsum(part)
    of = np.minimum(np.searchsorted(ends, u), len(a) - 1)
    root = np.sqrt(np.clip((u - (ends - part)[of]) / part[of], 0, 1))
    return middle + (root * (1 - v))[:, None] * a[of] + (root * v)[:, None] * b[of]


@pytest.fixture(scope="module")
def shapes():
    rings = random_shapes(SHAPES, 77)
    middles = np.column_stack(random_points(SHAPES, 78))
    texts = [shapely.Polygon(ring).wkt for ring in rings]
    return rings, middles, checked(*middles.T, footprints=texts)


NAMES = ("inside_dmz", "north_of_dmz", "south_of_dmz", "sea", "outside_korea")


@pytest.mark.slow
def test_shares_and_certainty_of_5_000_shapes(shapes):
    rings, middles, checks = shapes
    spread = [spread_over(ring, middle) for ring, middle in zip(rings, middles, strict=True)]
    zone, _, _ = true_zones(*np.concatenate(spread).T, tolerant=False)
    by_shape = zone.reshape(len(rings), SPREAD)
    by_shape[by_shape == "jsa"] = "inside_dmz"
    off = []
    for name in NAMES:
        expected = (by_shape == name).mean(axis=1)
        found = np.array([getattr(check.shares, name) for check in checks])
        off.append(np.abs(found - expected))
        for at in np.flatnonzero(np.array([c.certainty for c in checks]) == Certainty.CERTAIN):
            if checks[at].zone.value == name and name != "sea":
                assert expected[at] > 0.99 or found[at] < 0.5, (rings[at], expected[at])
    assert np.max(off) < 0.06
    assert np.mean(off) < 0.004
    total = [sum(getattr(check.shares, name) for name in NAMES) for check in checks]
    assert np.abs(np.array(total) - 1).max() < 1e-5


# Islands, coasts, the estuary, open sea, the edges of the base map.
CIRCLES = [
    (124.4, 37.7, 125.0, 38.1),  # Baengnyeong
    (125.4, 37.5, 125.9, 37.9),  # Yeonpyeong and Haeju
    (126.1, 37.5, 126.8, 38.0),  # Ganghwa, the estuary
    (128.1, 38.3, 128.7, 38.9),  # the eastern end of the line
    (124.0, 34.0, 130.5, 41.5),
    (123.2, 36.0, 125.0, 38.5),
    (129.5, 36.5, 131.8, 42.0),
]


def random_circles(count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    west, south, east, north = np.array(CIRCLES)[rng.integers(0, len(CIRCLES), count)].T
    radius = 1000 * 150 ** rng.uniform(0, 1, count)
    return rng.uniform(west, east), rng.uniform(south, north), radius


def spread_in_circles(lon, lat, radius, count):
    """Points spread evenly over geodesic circles, as sunflowers spread their seeds."""
    seeds = np.arange(count) + 0.5
    turns = np.tile(np.degrees(seeds * np.pi * (3 - np.sqrt(5))), len(lon))
    metres = (radius[:, None] * np.sqrt(seeds / count)).ravel()
    x, y, _ = GEOD.fwd(np.repeat(lon, count), np.repeat(lat, count), turns, metres)
    return x, y, metres.reshape(len(lon), count)


def mapped_zones(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """The zones that the base map has, and beyond its edge those of the world map."""
    zone = true_zones(lon, lat, tolerant=False)[0]
    corners = np.concatenate(rings_of("base_land"))
    low, high = corners.min(axis=0), corners.max(axis=0)
    off_map = np.flatnonzero((lon < low[0]) | (lat < low[1]) | (lon > high[0]) | (lat > high[1]))
    dry = Edges.of("base_world").inside(lon[off_map], lat[off_map])
    zone[off_map] = np.where(dry, "outside_korea", "sea")
    return zone


@pytest.mark.slow
@pytest.mark.parametrize("on_land", [None, True, False])
def test_shares_of_circles_at_coasts_and_at_sea(on_land):
    count, spread = (400 if on_land is None else 200), 1500
    lon, lat, radius = random_circles(count, 41)
    checks = check_zones(
        [Position(lon=x, lat=y, uncertainty_m=r) for x, y, r in zip(lon, lat, radius, strict=True)],
        LAYERS,
        on_land=[on_land] * count,
    )
    x, y, metres = spread_in_circles(lon, lat, radius, spread)
    zones = mapped_zones(x, y).reshape(count, spread)
    zones[zones == "jsa"] = "inside_dmz"
    middle, north, south = true_zones(lon, lat, tolerant=on_land is None)
    dry = np.where(north, "north_of_dmz", np.where(south, "south_of_dmz", "outside_korea"))
    belt = np.isin(middle, ["inside_dmz", "jsa"])
    if on_land is not None:
        middle = np.where(belt, middle, dry if on_land else "sea")
    # What is held of the centre against the base map holds as far as that may be off.
    mapped = true_zones(lon, lat, tolerant=False)[0]
    for row in np.flatnonzero(~belt & (middle != mapped)):
        odd = zones[row] == "sea" if middle[row] != "sea" else zones[row] != "inside_dmz"
        zones[row, odd & (metres[row] <= LAND_M)] = middle[row]
    off = []
    for name in NAMES:
        found = np.array([getattr(check.shares, name) for check in checks])
        off.append(np.abs(found - (zones == name).mean(axis=1)))
    assert np.max(off) < 0.02
    assert np.mean(off) < 0.001
    total = [sum(getattr(check.shares, name) for name in NAMES) for check in checks]
    assert np.abs(np.array(total) - 1).max() < 1e-9
    assert [check.zone.value for check in checks] == middle.tolist()
    circles_are_as_certain_as(zones, checks, on_land, mapped)
    mdl_m = MDL.distance_m(lon, lat)
    for check, metre, r, is_north in zip(checks, mdl_m, radius, north, strict=True):
        if abs(metre - r) > tolerance_m(metre):
            sided = check.zone.value in ("inside_dmz", "north_of_dmz", "south_of_dmz")
            side = ("north" if is_north else "south") if sided else "unknown"
            assert check.side.value == ("straddles" if metre < r else side)


def circles_are_as_certain_as(zones, checks, on_land, mapped) -> None:
    """Certain is what no point of the circle denies; and what none could is not left open."""
    kinds = [0, 0]
    for row, check, there in zip(zones, checks, mapped, strict=True):
        own = check.zone.value if check.zone is not ZoneName.JSA else "inside_dmz"
        others = set(row.tolist()) - {own}
        if own != "sea" and (on_land or there == own):
            others -= {"sea"}  # of a place on land, the water does not count
        certain = check.certainty is Certainty.CERTAIN
        if others or (there != check.zone.value and not on_land):
            assert not certain, check
            kinds[0] += 1
        elif (
            abs(check.mdl_distance_m) > 200_000
            and own != "sea"
            and not any(getattr(check.shares, name) for name in NAMES if name not in (own, "sea"))
        ):
            assert certain, check
            kinds[1] += 1
    assert kinds[0] > 40
    assert kinds[1] > 10 or on_land is False


@pytest.mark.slow
def test_the_range_of_distances_over_5_000_shapes(shapes):
    rings, middles, checks = shapes
    side = np.array([check.side.value for check in checks])
    wet = np.array([check.shares.sea > 0 for check in checks]) & (side == "straddles")
    # Beyond the ends of the line the sign turns at sea, far from it: a closer walk finds where.
    range_agrees(rings, checks, np.flatnonzero(wet), every=200)
    least, greatest = range_agrees(rings, checks, np.flatnonzero(~wet), every=16)
    # The middle is in the shape, if not on its outline.
    dry = ~wet & (side != "straddles") & ([check.mdl_distance_min_m != 0 for check in checks])
    inner = MDL.distance_m(*middles[dry].T)
    inner = np.where(side[dry] == "south", -inner, inner)
    plain = dry[~wet]
    assert ((least[plain] <= inner) & (inner <= greatest[plain])).all()


def range_agrees(rings, checks, at, *, every):
    """The range over some shapes is that of so many points on the outline of each."""
    walk = np.array([around(rings[i], every) for i in at])
    gap_m = walk_gaps_m(walk)
    metres = MDL.distance_m(*walk.reshape(-1, 2).T).reshape(len(at), every)
    side = np.array([checks[i].side.value for i in at])
    south = Edges.of("territory_south").inside(*walk.reshape(-1, 2).T).reshape(metres.shape)
    minus = (side == "south")[:, None] | ((side == "straddles")[:, None] & south)
    signed = np.where(minus, -metres, metres)
    slack_m = 2 + gap_m / 20_000 * every
    low = np.array([checks[i].mdl_distance_min_m for i in at])
    high = np.array([checks[i].mdl_distance_max_m for i in at])
    crossing = low == 0  # the line lies inside it, and no side is given
    assert (low <= signed.min(axis=1) + slack_m).all()
    assert (high >= signed.max(axis=1) - slack_m).all()
    # From the walk to any place on the outline it is half a gap; to the sign's turn, a gap.
    step_m = np.where(side == "straddles", gap_m, gap_m / 2)
    assert (high <= np.maximum(signed.max(axis=1), 0) + step_m + slack_m)[side == "straddles"].all()
    assert (high <= signed.max(axis=1) + step_m + slack_m)[side != "straddles"].all()
    least = np.where(side == "straddles", np.minimum(signed.min(axis=1), 0), signed.min(axis=1))
    assert (low >= least - step_m - slack_m)[~crossing].all()
    return low - slack_m, high + slack_m


def around(ring: np.ndarray, count: int) -> np.ndarray:
    """Points at even steps along a ring."""
    steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(ring, axis=0).T))])
    at = np.linspace(0, steps[-1], count, endpoint=False)
    return np.column_stack([np.interp(at, steps, ring[:, axis]) for axis in (0, 1)])


def walk_gaps_m(walk: np.ndarray) -> np.ndarray:
    """The longest way along the ring between neighbours of each walk, at most."""
    ahead = np.roll(walk, -1, axis=1)
    count, every, _ = walk.shape
    flat, other = walk.reshape(-1, 2), ahead.reshape(-1, 2)
    metres = GEOD.inv(flat[:, 0], flat[:, 1], other[:, 0], other[:, 1])[2]
    # Steps are even in degrees, and a corner may be cut: twice is surely enough.
    return np.asarray(metres).reshape(count, every).max(axis=1) * 2


def moved_layers(folder: Path, factor: float, shift: float, **region: str) -> BorderLayers:
    """All layers with their longitudes changed, in a region whose settings follow them."""
    shutil.copytree(FOLDER.parent, folder, ignore=shutil.ignore_patterns("build", "gazetteer"))
    manifest = (folder / "manifest.toml").read_text("utf-8")
    manifest = manifest.partition("[tables.")[0].replace('world = "base_world"', "")
    for name, value in region.items():
        manifest, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", manifest)
        assert count == 1, name
    (folder / "layers" / "base_world.geojson").unlink()
    manifest = re.sub(
        r"\n\[layers.base_world(\.map)?\].*?(?=\n\[|$)", "", manifest, flags=re.DOTALL
    )
    for path in (folder / "layers").glob("*.geojson"):
        old = hashlib.sha256(path.read_bytes()).hexdigest()
        collection = json.loads(path.read_text("utf-8"))
        for feature in collection["features"]:
            moved = shapely.from_geojson(json.dumps(feature["geometry"]))
            moved = shapely.transform(moved, lambda xy: xy * (factor, 1) + (shift, 0))
            feature["geometry"] = json.loads(shapely.to_geojson(moved))
        path.write_text(json.dumps(collection), "utf-8")
        manifest = manifest.replace(old, hashlib.sha256(path.read_bytes()).hexdigest())
    (folder / "manifest.toml").write_text(manifest, "utf-8")
    return BorderLayers.load(folder)


# At the meridian of 127.5 E the region is its own mirror image.
MIRRORED = (-1, 255, {})
# Turned around the pole by 60 degrees, to Central Asia: the same distances on the ellipsoid.
TRANSLATED = (
    1,
    -60,
    {
        "metric_crs": '"+proj=tmerc +lat_0=38 +lon_0=67.5 +k=0.9996 +x_0=1000000 +y_0=2000000 '
        '+ellps=GRS80 +units=m"',
        "metric_box": "[58.0, 30.0, 78.0, 47.0]",
        "equal_area_origin": "[67.5, 38.0]",
        "seas": "[57.0, 30.0, 82.0, 46.0]",
    },
)


@pytest.mark.slow
@pytest.mark.parametrize(("factor", "shift", "region"), [MIRRORED, TRANSLATED])
def test_in_a_world_mirrored_or_translated_all_is_the_same(tmp_path, factor, shift, region):
    moved = moved_layers(tmp_path / "geodata", factor, shift, **region)
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(126.4, 128.5, 3000), rng.uniform(37.6, 38.7, 3000)
    radii = 10 ** rng.uniform(0, 4, len(lon))
    here, there = (
        check_zones(
            [
                Position(lon=x, lat=y, uncertainty_m=r)
                for x, y, r in zip(x_, lat, radii, strict=True)
            ],
            layers,
        )
        for x_, layers in ((lon, LAYERS), (factor * lon + shift, moved))
    )
    for a, b in zip(here, there, strict=True):
        assert (a.zone, a.side, a.certainty, a.on_line) == (b.zone, b.side, b.certainty, b.on_line)
        assert a.mdl_distance_m == pytest.approx(b.mdl_distance_m, abs=0.05)
        assert a.share_inside_dmz == pytest.approx(b.share_inside_dmz, abs=1e-3)


def test_a_shape_with_more_corners_is_the_same_shape():
    rings = random_shapes(60, 5)
    middles = np.column_stack(random_points(60, 6))
    plain = [shapely.Polygon(ring) for ring in rings]
    dense = [shapely.segmentize(shape, 0.0007) for shape in plain]
    both = [checked(*middles.T, footprints=[s.wkt for s in many]) for many in (plain, dense)]
    for a, b in zip(*both, strict=True):
        assert (a.zone, a.side, a.certainty) == (b.zone, b.side, b.certainty)
        assert a.shares.inside_dmz == pytest.approx(b.shares.inside_dmz, abs=1e-3)
        assert a.mdl_distance_min_m == pytest.approx(b.mdl_distance_min_m, abs=10)
        assert a.mdl_distance_max_m == pytest.approx(b.mdl_distance_max_m, abs=10)


def test_a_step_north_is_a_step_away_from_the_line():
    rng = np.random.default_rng(12)
    lon, lat = rng.uniform(126.8, 128.2, 500), rng.uniform(37.9, 38.8, 500)
    for one, two, moved in zip(
        checked(lon, lat), checked(lon, lat + 0.01), np.full(500, 1112.0), strict=True
    ):
        # A step of 1.1 km changes the signed distance by no more than the step.
        if one.side in (Side.NORTH, Side.SOUTH) and two.side in (Side.NORTH, Side.SOUTH):
            assert abs(two.mdl_distance_m - one.mdl_distance_m) <= moved
