"""What happened, when and where: sentences to incidents, and reports to one record."""

from mapper.incidents.extract import extract_incidents
from mapper.incidents.link import Comparison, explain_links, link_incidents
from mapper.incidents.linker import Linker
from mapper.incidents.taxonomy import Kind, load_taxonomy

__all__ = [
    "Comparison",
    "Kind",
    "Linker",
    "explain_links",
    "extract_incidents",
    "link_incidents",
    "load_taxonomy",
]
