"""The files of the demo people: small, true to their formats, and the notebooks run."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import netCDF4
import pytest
import rasterio
from rasterio.warp import transform_bounds

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = ("alice", "bob", "carol", "dave", "admin")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("demo") / "content"
    subprocess.run([sys.executable, ROOT / "deploy" / "demo" / "content.py", target], check=True)
    return target


def test_everybody_has_a_small_home_with_a_tutorial(content: Path) -> None:
    for name in PEOPLE:
        files = [file for file in (content / name).rglob("*") if file.is_file()]
        assert content / name / "tutorials" / "first-steps.md" in files
        assert sum(file.stat().st_size for file in files) < 1024**2
        assert f"Welcome, {name}" in (content / name / "README.md").read_text()


def test_alice_has_one_of_each_kind(content: Path) -> None:
    kinds = {file.suffix for file in (content / "alice").rglob("*") if file.is_file()}
    assert kinds == {".ipynb", ".tif", ".nc", ".csv", ".cwl", ".md", ".py"}


def test_rasters_lie_at_innsbruck(content: Path) -> None:
    rasters = sorted((content / "alice").rglob("*.tif"))
    assert len(rasters) == 2
    for path in rasters:
        with rasterio.open(path) as raster:
            west, south, east, north = transform_bounds(raster.crs, "EPSG:4326", *raster.bounds)
            values = raster.read(1)
        assert (11.2 < west < east < 11.7) and (47.1 < south < north < 47.5), path
        assert values.std() > 0
    with rasterio.open(content / "alice" / "data" / "terrain" / "dem-innsbruck.tif") as raster:
        heights = raster.read(1)
    assert 400 < heights.min() < 700 and 2000 < heights.max() < 3800


def test_the_cube_is_read_by_its_conventions(content: Path) -> None:
    with netCDF4.Dataset(content / "alice" / "data" / "vegetation" / "ndvi-2025.nc") as cube:
        assert cube.Conventions == "CF-1.11"
        ndvi = cube["ndvi"]
        assert ndvi.dimensions == ("time", "y", "x") and len(ndvi) == 12
        assert -0.2 < ndvi[:].min() < ndvi[:].max() <= 0.9
        # Greener in July than in January.
        assert ndvi[6].mean() > ndvi[0].mean() + 0.1


def test_discharge_is_a_day_a_row(content: Path) -> None:
    with (content / "alice" / "data" / "discharge" / "inn-innsbruck.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len({row["date"] for row in rows}) == len(rows) == 731
    assert all(float(row["discharge_m3s"]) > 0 for row in rows)


@pytest.mark.parametrize(("notebook", "plots"), [("snow-melt", 1), ("green-up", 1)])
def test_the_notebooks_run_and_plot(content: Path, tmp_path: Path, notebook: str, plots: int) -> None:
    folder = content / "alice" / "hydrology-2026"
    done = tmp_path / "done.ipynb"
    # Over ipc, like the kernels of people's servers, and in a process of its own.
    script = (
        "import nbclient, nbformat, sys\n"
        "from jupyter_client.manager import AsyncKernelManager\n"
        "book = nbformat.read(sys.argv[1], 4)\n"
        "manager = AsyncKernelManager(kernel_name='python3', transport='ipc')\n"
        "nbclient.NotebookClient(book, km=manager, timeout=120).execute()\n"
        "nbformat.write(book, sys.argv[2])\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, folder / f"{notebook}.ipynb", done],
        cwd=folder,
        env={**os.environ, "PYTHONWARNINGS": "default", "JUPYTER_RUNTIME_DIR": os.fspath(tmp_path)},
        check=True,
        timeout=200,
    )
    outputs = [output for cell in nbformat.read(done, 4).cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "error"]
    assert len([output for output in outputs if "image/png" in output.get("data", {})]) == plots
