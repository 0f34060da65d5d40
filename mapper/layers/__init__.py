"""Find, open and verify the geodata that ships with the package.

A layer is one GeoJSON file in EPSG:4326 that ``geodata/manifest.toml`` names with its
source, licence, accuracy and sha256. Nothing here needs geopandas, but for the files of a
user, so it starts quickly.
"""

from mapper.layers.catalogue import BorderLayers, LayerInfo, geodata_dir
from mapper.layers.drawing import LOOKS, Drawing
from mapper.layers.own import OwnLayers, open_layers, read_own
from mapper.layers.reading import LayerFeature
from mapper.layers.region import Region

__all__ = [
    "LOOKS",
    "BorderLayers",
    "Drawing",
    "LayerFeature",
    "LayerInfo",
    "OwnLayers",
    "Region",
    "geodata_dir",
    "open_layers",
    "read_own",
]
