"""Names of files and folders, found as they are typed: an index in SQLite that may be lost at any time."""

from .database import IndexLost, SearchTooLong
from .index import Child, Index, Listing, is_bundle
from .query import MAX_QUERY, Query
from .search import Hit, Hits

__all__ = [
    "MAX_QUERY",
    "Child",
    "Hit",
    "Hits",
    "Index",
    "IndexLost",
    "Listing",
    "Query",
    "SearchTooLong",
    "is_bundle",
]
