"""What an item is to a person, and its media type: both from the name alone, the same on every machine."""

from mimetypes import MimeTypes

from ..contract.entries import EntryType, Kind

_FOLDER_DATASETS = frozenset({".zarr", ".safe", ".n5", ".gdb", ".icechunk"})

_SUFFIXES: dict[Kind, str] = {
    Kind.NOTEBOOK: ".ipynb",
    Kind.DATASET: (
        ".tif .tiff .gtiff .cog .vrt .jp2 .img .nc .nc4 .cdf .zarr .h5 .hdf .hdf4 .hdf5 .he5 .grib .grib2 "
        ".grb .grb2 .csv .tsv .parquet .geoparquet .arrow .feather .orc .avro .ndjson .jsonl .geojson .gpkg "
        ".shp .fgb .kml .kmz .gml .gpx .las .laz .copc .pmtiles .mbtiles .npy .npz .mat .sav .dta .xls .xlsx "
        ".ods .sqlite .safe .n5"
    ),
    Kind.APPLICATION_PACKAGE: ".cwl",
    Kind.SCRIPT: (
        ".py .pyx .sh .bash .zsh .r .jl .js .mjs .ts .tsx .sql .m .c .h .cc .cpp .hpp .f .f90 .go .rs .java "
        ".scala .pl .rb .lua .ps1 .bat .nf .smk"
    ),
    Kind.DOCUMENT: (
        ".md .markdown .txt .rst .adoc .tex .bib .pdf .html .htm .doc .docx .odt .ppt .pptx .odp .rtf .epub"
    ),
}
_KIND_BY_SUFFIX = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_KIND_BY_NAME = {
    "dockerfile": Kind.SCRIPT,
    "makefile": Kind.SCRIPT,
    "snakefile": Kind.SCRIPT,
    "readme": Kind.DOCUMENT,
    "license": Kind.DOCUMENT,
    "changelog": Kind.DOCUMENT,
}
_COMPRESSED = frozenset({".gz", ".bz2", ".xz", ".zst"})

# An own table, not mimetypes' module functions: those read files of the machine (/etc/mime.types).
_MEDIA_TYPES = MimeTypes(filenames=())
for _type, _endings in {
    "application/x-ipynb+json": ".ipynb",
    "image/tiff": ".tif .tiff .gtiff .cog",
    "image/jp2": ".jp2",
    "application/x-netcdf": ".nc .nc4 .cdf",
    "application/x-hdf5": ".h5 .hdf5 .he5",
    "application/vnd.apache.parquet": ".parquet .geoparquet",
    "application/geo+json": ".geojson",
    "application/geopackage+sqlite3": ".gpkg",
    "application/cwl": ".cwl",
    "application/yaml": ".yaml .yml",
    "application/x-ndjson": ".ndjson .jsonl",
    "text/markdown": ".md .markdown",
    "text/x-python": ".py",
    "text/csv": ".csv",
}.items():
    for _ending in _endings.split():
        _MEDIA_TYPES.add_type(_type, _ending)


def kind_of(name: bytes, entry_type: EntryType) -> Kind:
    """The kind of a file or folder with this name; letter case does not count."""
    lower = name.decode(errors="replace").lower()
    stem, suffix = _split(lower)
    if entry_type is EntryType.FOLDER:
        return Kind.DATASET if suffix in _FOLDER_DATASETS else Kind.FOLDER
    if suffix in _COMPRESSED and _KIND_BY_SUFFIX.get(_split(stem)[1]) is Kind.DATASET:
        return Kind.DATASET
    return _KIND_BY_SUFFIX.get(suffix) or _KIND_BY_NAME.get(lower, Kind.OTHER)


def media_type(name: bytes, entry_type: EntryType) -> str | None:
    """The media type of a file with this name; None for a folder and for what is not known."""
    if entry_type is EntryType.FOLDER:
        return None
    suffix = _split(name.decode(errors="replace").lower())[1]
    if suffix in _COMPRESSED:
        return "application/gzip" if suffix == ".gz" else "application/octet-stream"
    return _MEDIA_TYPES.types_map[True].get(suffix) or _MEDIA_TYPES.types_map[False].get(suffix)


def _split(name: str) -> tuple[str, str]:
    """Stem and last suffix with its dot, "" where there is none (a leading dot starts no suffix)."""
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if stem else (name, "")
