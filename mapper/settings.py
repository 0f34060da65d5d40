"""Settings: defaults, then ``mapper.toml``, then the environment, then options."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from mapper.errors import InputError, SettingsError
from mapper.model import Hints

__all__ = ["Settings", "load_settings"]

_PREFIX = "MAPPER_"
_BORDER = "korea-border"
_FOCUSES = ("auto", _BORDER, "none")
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that changes what a run does.

    Attributes
    ----------
    geodata_dir
        Folder with ``manifest.toml``; empty for the layers inside the package.
    layers_file
        A file with a DMZ of the user's own (GeoJSON, GeoPackage, GeoParquet, Shapefile).
    layers_attribute
        Its attribute that tells the features apart; empty to look for it.
    layers_zones
        Which value of it is which zone: ``"dmz_north=N, dmz_south=S"``.
    cache_dir
        Where the compiled gazetteer is kept; empty for the user's cache folder.
    data_dir
        Where the user's own gazetteers are kept; empty for the user's data folder.
    recognizer
        What finds the names: ``mapper``, or ``spacy:MODEL``.
    focus
        Where the news is about: ``korea-border``, ``none`` (anywhere), or ``auto``: the Korean
        border unless ``geodata_dir`` names another region.
    country
        ISO 3166 two-letter codes of the countries that the texts are about.
    bbox
        West, south, east, north in degrees (EPSG:4326) of where the texts' places lie.
    register
        Whether to say what the register of documented incidents knows of an incident.
    register_file
        A register of the user's own (CSV: our columns, ACLED's or UCDP GED's).
    overrides_file
        An analyst's word on which reports are the same incident.
    taxonomy
        A file of the user's own kinds of incidents (TOML), beside ours.
    columns
        What the columns of a table of incidents are, by field: ``date_start = "Datum"``.
    uncertainty_m
        Radius in metres of positions in a table that says nothing of theirs.
    min_probability
        Incidents less likely than this are left out, 0 to 1.
    max_document_bytes
        Larger files are refused with a problem.
    parse_seconds
        Wall-clock limit for parsing one HTML file.
    """

    geodata_dir: str = ""
    layers_file: str = ""
    layers_attribute: str = ""
    layers_zones: str = ""
    cache_dir: str = ""
    data_dir: str = ""
    recognizer: str = "mapper"
    focus: str = "auto"
    country: tuple[str, ...] = ()
    bbox: tuple[float, ...] = ()
    register: bool = True
    register_file: str = ""
    overrides_file: str = ""
    taxonomy: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    uncertainty_m: float = 5_000.0
    min_probability: float = 0.4
    max_document_bytes: int = 20_000_000
    parse_seconds: float = 20.0

    def __post_init__(self) -> None:
        if not 0 <= self.min_probability <= 1:
            raise SettingsError(f"min_probability must be 0 to 1, got {self.min_probability}")
        if self.max_document_bytes < 1 or self.parse_seconds <= 0:
            raise SettingsError("max_document_bytes and parse_seconds must be above 0")
        if not 0 < self.uncertainty_m <= 20_000_000:
            raise SettingsError(f"uncertainty_m must be above 0, got {self.uncertainty_m}")
        if self.focus not in _FOCUSES:
            raise SettingsError(f"focus must be one of {', '.join(_FOCUSES)}, got {self.focus!r}")
        for code in self.country:
            if not (len(code) == 2 and code.isascii() and code.isalpha()):
                raise SettingsError(f"country must be two-letter codes such as KR, got {code!r}")
        self.hints()

    def hints(self) -> Hints:
        """Return what the user says of where the places lie.

        Examples
        --------
        >>> Settings(country=("us",), focus="none").hints()
        Hints(focus='', countries=('US',), bbox=None)
        """
        near_border = self.focus == _BORDER or (self.focus == "auto" and not self.geodata_dir)
        if len(self.bbox) not in (0, 4):
            raise SettingsError(f"bbox must be west, south, east, north, got {self.bbox}")
        try:
            return Hints(
                focus=_BORDER if near_border else "",
                countries=tuple(code.upper() for code in self.country),
                bbox=(self.bbox[0], self.bbox[1], self.bbox[2], self.bbox[3])
                if self.bbox
                else None,
            )
        except InputError as error:
            raise SettingsError(f"bbox: {error}") from error

    @property
    def cache_path(self) -> Path:
        """The folder for what is compiled at first use."""
        return Path(self.cache_dir or platformdirs.user_cache_path("incident-mapper"))

    @property
    def data_path(self) -> Path:
        """The folder for what the user added, such as gazetteers."""
        return Path(self.data_dir or platformdirs.user_data_path("incident-mapper"))

    def digest(self) -> str:
        """Hash of the values that shape a result, for provenance."""
        # What an addition changes is in the gazetteer's version, wherever it lies.
        places = ("cache_dir", "data_dir")
        values = {k: v for k, v in dataclasses.asdict(self).items() if k not in places}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def load_settings(
    file: Path | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Settings:
    """Combine the sources of settings, the later ones winning.

    Parameters
    ----------
    file
        A TOML file; without one, ``mapper.toml`` of the working folder if there is one.
    environment
        Variables such as ``MAPPER_CACHE_DIR``; the process's own by default.
    options
        Values given by the caller; ``None`` means not given.

    Raises
    ------
    SettingsError
        For an unknown key (with the nearest known one), a wrong type or unreadable TOML.
    """
    values: dict[str, Any] = {}
    if file is None and Path("mapper.toml").is_file():
        file = Path("mapper.toml")
    if file is not None:
        try:
            values |= tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"cannot read settings {file}: {error}") from error
    environment = os.environ if environment is None else environment
    known = {field.name: field for field in dataclasses.fields(Settings)}
    for name in known:
        if (_PREFIX + name.upper()) in environment:
            values[name] = environment[_PREFIX + name.upper()]
    values |= {key: value for key, value in (options or {}).items() if value is not None}
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
            raise SettingsError(f"unknown setting {key!r}{hint}")
    return Settings(**{key: _convert(key, value) for key, value in values.items()})


def _convert(key: str, value: object) -> Any:  # noqa: ANN401 - the field's own type
    """Turn what a file, the environment or an option holds into the type of the default."""
    if key == "bbox":
        return tuple(_number(key, part, float) for part in _parts(key, value))
    if key == "country":
        return tuple(_text(key, part) for part in _parts(key, value))
    if key == "columns":
        return _pairs(key, value)
    default = getattr(Settings(), key)
    if isinstance(default, bool):
        return _truth(key, value)
    if isinstance(default, (int, float)):
        return _number(key, value, type(default))
    return _text(key, value)


def _parts(key: str, value: object) -> list[object]:
    """Return the items of a list, or of a string with commas."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, (list, tuple)):
        return list(value)
    raise SettingsError(f"setting {key!r} must be a list, got {value!r}")


def _pairs(key: str, value: object) -> tuple[tuple[str, str], ...]:
    """Return names by field, of a table of TOML or of "start=Datum, lon=Laenge"."""
    if isinstance(value, Mapping):
        return tuple((str(field), _text(key, name)) for field, name in value.items())
    pairs = [_text(key, part).partition("=") for part in _parts(key, value)]
    for field, sign, name in pairs:
        if not (field.strip() and sign and name.strip()):
            raise SettingsError(f"setting {key!r} must say FIELD=NAME, got {field!r}")
    return tuple((field.strip(), name.strip()) for field, _, name in pairs)


def _number(key: str, value: object, kind: type[int] | type[float]) -> int | float:
    wrong = SettingsError(f"setting {key!r} must be {kind.__name__}, got {value!r}")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise wrong
    try:
        return kind(value)
    except ValueError as error:
        raise wrong from error


def _text(key: str, value: object) -> str:
    if isinstance(value, (bool, list, tuple, dict)):
        raise SettingsError(f"setting {key!r} must be str, got {value!r}")
    return str(value)


def _truth(key: str, value: object) -> bool:
    word = str(value).lower()
    if word not in _YES + _NO:
        raise SettingsError(f"setting {key!r} must be true or false, got {value!r}")
    return word in _YES
