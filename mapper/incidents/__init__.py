"""What happened, when and where: sentences to incidents, and reports to one record."""

from mapper.incidents.extract import extract_incidents
from mapper.incidents.link import link_incidents
from mapper.incidents.taxonomy import Kind, load_taxonomy

__all__ = ["Kind", "extract_incidents", "link_incidents", "load_taxonomy"]
