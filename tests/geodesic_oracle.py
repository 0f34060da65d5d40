"""Areas by brute force, from the definitions: shares no code with ``mapper.resolution``.

Distances and azimuths are Vincenty's inverse formula (Survey Review 176, 1975) on WGS 84;
distances from lines are taken in a tangent plane at each point.
"""

import math

import numpy as np
import shapely

A, F = 6378137.0, 1 / 298.257223563
B = A * (1 - F)


def inverse(lon1, lat1, lon2, lat2):
    """Return metres and forward azimuth in degrees, elementwise."""
    lon1, lat1, lon2, lat2 = (
        np.radians(np.asarray(v, dtype=float)) for v in (lon1, lat1, lon2, lat2)
    )
    u1, u2 = np.arctan((1 - F) * np.tan(lat1)), np.arctan((1 - F) * np.tan(lat2))
    length = (lon2 - lon1 + np.pi) % (2 * np.pi) - np.pi
    lam = length
    for _ in range(30):
        sin_s = np.hypot(
            np.cos(u2) * np.sin(lam),
            np.cos(u1) * np.sin(u2) - np.sin(u1) * np.cos(u2) * np.cos(lam),
        )
        cos_s = np.sin(u1) * np.sin(u2) + np.cos(u1) * np.cos(u2) * np.cos(lam)
        sigma = np.arctan2(sin_s, cos_s)
        sin_a = np.cos(u1) * np.cos(u2) * np.sin(lam) / np.where(sin_s == 0, 1, sin_s)
        cos2a = 1 - sin_a**2
        cos2m = cos_s - 2 * np.sin(u1) * np.sin(u2) / np.where(cos2a == 0, 1, cos2a)
        c = F / 16 * cos2a * (4 + F * (4 - 3 * cos2a))
        before, lam = (
            lam,
            length
            + (1 - c) * F * sin_a * (sigma + c * sin_s * (cos2m + c * cos_s * (2 * cos2m**2 - 1))),
        )
        if np.abs(lam - before).max(initial=0) < 1e-13:
            break
    big_a, big_b = _series(cos2a)
    delta = _excess(big_b, sin_s, cos_s, cos2m)
    azimuth = np.degrees(
        np.arctan2(
            np.cos(u2) * np.sin(lam),
            np.cos(u1) * np.sin(u2) - np.sin(u1) * np.cos(u2) * np.cos(lam),
        )
    )
    return B * big_a * (sigma - delta), azimuth


def direct(lon, lat, azimuth, metres):
    """Return lon, lat of the ends of geodesics: Vincenty's direct formula."""
    azimuth, metres = np.radians(azimuth), np.asarray(metres, dtype=float)
    u1 = math.atan((1 - F) * math.tan(math.radians(lat)))
    sigma1 = np.arctan2(math.tan(u1), np.cos(azimuth))
    sin_a = math.cos(u1) * np.sin(azimuth)
    cos2a = 1 - sin_a**2
    big_a, big_b = _series(cos2a)
    sigma = metres / (B * big_a)
    for _ in range(10):
        cos2m = np.cos(2 * sigma1 + sigma)
        sigma = metres / (B * big_a) + _excess(big_b, np.sin(sigma), np.cos(sigma), cos2m)
    cos2m, sin_s, cos_s = np.cos(2 * sigma1 + sigma), np.sin(sigma), np.cos(sigma)
    up = math.sin(u1) * sin_s - math.cos(u1) * cos_s * np.cos(azimuth)
    lat2 = np.arctan2(
        math.sin(u1) * cos_s + math.cos(u1) * sin_s * np.cos(azimuth),
        (1 - F) * np.hypot(sin_a, up),
    )
    lam = np.arctan2(
        sin_s * np.sin(azimuth),
        math.cos(u1) * cos_s - math.sin(u1) * sin_s * np.cos(azimuth),
    )
    c = F / 16 * cos2a * (4 + F * (4 - 3 * cos2a))
    bent = sigma + c * sin_s * (cos2m + c * cos_s * (2 * cos2m**2 - 1))
    lon2 = lon + np.degrees(lam - (1 - c) * F * sin_a * bent)
    return (lon2 + 180) % 360 - 180, np.degrees(lat2)


def _series(cos2a):
    """Return Vincenty's A and B."""
    usq = cos2a * (A**2 - B**2) / B**2
    big_a = 1 + usq / 16384 * (4096 + usq * (usq * (320 - 175 * usq) - 768))
    return big_a, usq / 1024 * (256 + usq * (usq * (74 - 47 * usq) - 128))


def _excess(big_b, sin_s, cos_s, cos2m):
    """Return Vincenty's delta sigma."""
    last = big_b / 6 * cos2m * (4 * sin_s**2 - 3) * (4 * cos2m**2 - 3)
    return big_b * sin_s * (cos2m + big_b / 4 * (cos_s * (2 * cos2m**2 - 1) - last))


def cloud(lon, lat, radius_m, count=2_500):
    """Return points spread evenly over a disc (a sunflower)."""
    number = np.arange(count) + 0.5
    return direct(
        lon,
        lat,
        np.degrees(number * np.pi * (3 - math.sqrt(5))),
        radius_m * np.sqrt(number / count),
    )


def toward(point, extent_m, near_m, far_m, heading, at):
    """Say of each point whether it is so far from some point of the disc, at that heading.

    A point that is so far and so turned from the middle is; so is one that lies within the
    disc's radius of such a point.
    """
    metres, azimuth = inverse(*point, *at)
    middle, half = heading if heading is not None else (0, 180)
    off = np.abs((azimuth - middle + 180) % 360 - 180)
    found = (metres >= near_m) & (metres <= far_m) & (off <= half)
    x, y = metres * np.sin(np.radians(azimuth)), metres * np.cos(np.radians(azimuth))
    steps = int(np.clip(4 * np.radians(2 * half) * far_m / extent_m, 40, 600))
    for turn in np.radians(np.linspace(middle - half, middle + half, steps)):
        for radius in np.linspace(near_m, far_m, 7):
            away = np.hypot(x - radius * np.sin(turn), y - radius * np.cos(turn))
            found |= away <= extent_m
    return found


def line_distance(coordinates, at):
    """Return metres from each point to a line, in the tangent plane of the point."""
    lon, lat = (np.asarray(v) for v in at)
    parts = [slice(i, i + 32) for i in range(0, len(lon), 32)]  # small arrays stay in the cache
    found = [_line_distance(coordinates, lon[part, None], lat[part, None]) for part in parts]
    return np.concatenate([np.empty(0), *found])


def _line_distance(coordinates, lon, lat):
    phi = np.radians(lat)
    w = np.sqrt(1 - F * (2 - F) * np.sin(phi) ** 2)
    east, north = A / w * np.cos(phi), A * (1 - F) ** 2 / w**3
    x = np.radians(coordinates[None, :, 0] - lon) * east
    y = np.radians(coordinates[None, :, 1] - lat) * north
    dx, dy = np.diff(x), np.diff(y)
    share = (x[:, :-1] * dx + y[:, :-1] * dy) / (dx**2 + dy**2)
    np.clip(share, -1, 0, out=share)
    x, y = x[:, :-1] - share * dx, y[:, :-1] - share * dy
    return np.sqrt((x**2 + y**2).min(axis=1))


def is_north(coordinates, at):
    """Say of each point whether it is on the northern side of a line that runs east."""
    if coordinates[0, 0] > coordinates[-1, 0]:
        coordinates = coordinates[::-1]
    first, last = coordinates[0], coordinates[-1]
    ring = [
        *coordinates.tolist(),
        (last[0] + 5, last[1] + 2),
        (last[0] + 5, 60),
        (first[0] - 5, 60),
    ]
    ring.append((first[0] - 5, first[1] - 2 if first[1] < last[1] else first[1]))
    return shapely.contains_xy(shapely.Polygon(ring), *at)


def rings(shape):
    """Return the coordinates of each ring or line of a shape."""
    if shapely.get_dimensions(shape) == 2:
        parts = [r for p in shapely.get_parts(shape) for r in (p.exterior, *p.interiors)]
    else:
        parts = list(shapely.get_parts(shape))
    return [shapely.get_coordinates(part)[:, :2] for part in parts]


def shape_distance(shape, at, within_deg=0.6):
    """Return metres from each point to the outline of a shape, infinite far away."""
    lon, lat = at
    found = np.full(len(lon), np.inf)
    for ring in rings(shape):
        west, south = ring.min(axis=0) - within_deg
        east, north = ring.max(axis=0) + within_deg
        near = (lon > west) & (lon < east) & (lat > south) & (lat < north)
        if near.any():
            found[near] = np.minimum(found[near], line_distance(ring, (lon[near], lat[near])))
    return found
