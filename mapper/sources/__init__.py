"""Read articles: files and folders of text, Markdown, HTML and JSON Lines."""

from mapper.sources.reading import SUFFIXES, list_files, read

__all__ = ["SUFFIXES", "list_files", "read"]
