"""The exceptions of the package, and the exit code each one gives the command line.

::

    MapperError                               1
    ├── InputError(ValueError)                2   a wrong argument, value or file
    ├── SettingsError(ValueError)             2   mapper.toml or an environment variable
    ├── LayerError                            3   a geodata file
    │   ├── LayerNotFoundError(FileNotFoundError)
    │   └── LayerInvalidError(ValueError)
    ├── GazetteerError                        3   the place names
    ├── FetchError(OSError)                   4   the network (only when asked for)
    └── MissingExtraError(ImportError)        5   an optional dependency

A document that cannot be read is not an exception but a
:class:`~mapper.model.Problem`: the other documents go on.
"""

__all__ = [
    "FetchError",
    "GazetteerError",
    "InputError",
    "LayerError",
    "LayerInvalidError",
    "LayerNotFoundError",
    "MapperError",
    "MissingExtraError",
    "SettingsError",
]


class MapperError(Exception):
    """Base of every exception that this package raises on purpose."""

    exit_code = 1


class InputError(MapperError, ValueError):
    """An argument or an input file is wrong; the message says which and what to do."""

    exit_code = 2


class SettingsError(MapperError, ValueError):
    """A settings file, environment variable or option does not fit."""

    exit_code = 2


class LayerError(MapperError):
    """A geodata layer cannot be used."""

    exit_code = 3


class LayerNotFoundError(LayerError, FileNotFoundError):
    """A geodata layer or its manifest entry is missing."""


class LayerInvalidError(LayerError, ValueError):
    """A geodata layer does not match its checksum, CRS or geometry rules."""


class GazetteerError(MapperError):
    """The gazetteer is missing, damaged or cannot be built."""

    exit_code = 3


class FetchError(MapperError, OSError):
    """Something could not be fetched from the network."""

    exit_code = 4


class MissingExtraError(MapperError, ImportError):
    """A feature needs an optional dependency that is not installed."""

    exit_code = 5

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an extra: pip install 'incident-mapper[{extra}]'")
