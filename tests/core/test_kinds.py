"""Kinds and media types by name."""

import pytest

from jupyter_apex_ws.contract.entries import EntryType, Kind
from jupyter_apex_ws.core.kinds import kind_of, media_type


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (b"a.ipynb", Kind.NOTEBOOK),
        (b"B04.TIF", Kind.DATASET),
        (b"x.nc", Kind.DATASET),
        (b"x.csv.gz", Kind.DATASET),
        (b"x.parquet", Kind.DATASET),
        (b"x.geojson", Kind.DATASET),
        (b"app.cwl", Kind.APPLICATION_PACKAGE),
        (b"a.py", Kind.SCRIPT),
        (b"run.sh", Kind.SCRIPT),
        (b"Makefile", Kind.SCRIPT),
        (b"README", Kind.DOCUMENT),
        (b"notes.md", Kind.DOCUMENT),
        (b"a.pdf", Kind.DOCUMENT),
        (b"a", Kind.OTHER),
        (b".py", Kind.OTHER),
        (b"a.gz", Kind.OTHER),
        (b"\xff.py", Kind.SCRIPT),
        (b"\xff", Kind.OTHER),
    ],
)
def test_kind_of_a_file(name: bytes, kind: Kind) -> None:
    assert kind_of(name, EntryType.FILE) is kind


def test_kind_of_a_folder() -> None:
    assert kind_of(b"a.py", EntryType.FOLDER) is Kind.FOLDER
    assert kind_of(b"cube.zarr", EntryType.FOLDER) is Kind.DATASET


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (b"a.ipynb", "application/x-ipynb+json"),
        (b"a.tif", "image/tiff"),
        (b"a.csv", "text/csv"),
        (b"a.PNG", "image/png"),
        (b"a.csv.gz", "application/gzip"),
        (b"a", None),
        (b"a.unheardof", None),
    ],
)
def test_media_type(name: bytes, expected: str | None) -> None:
    assert media_type(name, EntryType.FILE) == expected
    assert media_type(name, EntryType.FOLDER) is None
