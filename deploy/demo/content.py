#!/usr/bin/env python3
"""Files for the homes of the demo people, written by the libraries that people use: `content.py FOLDER`.

Made up, but like the real thing: a terrain model and vegetation indices around Innsbruck at their true
place on earth, and the discharge of a river that follows snow melt and rain.
"""

import shutil
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import netCDF4
import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.transform import from_origin

Grid = npt.NDArray[np.float32]

SIZE = 200  # cells
CELL = 90.0  # metres
WEST, NORTH = 673_000.0, 5_247_000.0  # metres, UTM zone 32N: the Inn valley at Innsbruck
PLACE = from_origin(WEST, NORTH, CELL, CELL)
UTM_32N = 32632


def terrain(random: np.random.Generator) -> Grid:
    """Heights in metres: a valley floor at 570 m between two chains, roughened like a fractal."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    valley = np.abs(rows - 0.45 - 0.08 * np.sin(columns * 5))
    heights = 570 + 1900 * np.clip(valley - 0.05, 0, 0.5) ** 0.8 * 2
    for octave in range(1, 6):
        cells = 2**octave + 1
        coarse = random.normal(size=(cells, cells))
        at = np.linspace(0, cells - 1, SIZE)
        lines = np.stack([np.interp(at, np.arange(cells), line) for line in coarse])
        smooth = np.stack([np.interp(at, np.arange(cells), line) for line in lines.T]).T
        heights += smooth * 900 / 2**octave * np.clip((heights - 560) / 600, 0.02, 1)
    return np.asarray(heights, dtype=np.float32)


def vegetation(heights: Grid, day: int, random: np.random.Generator) -> Grid:
    """NDVI from -0.1 to 0.9: green up to the tree line, and up to the snow line of that day of the year."""
    season = np.sin((day - 100) / 365 * 2 * np.pi) * 0.5 + 0.5
    snow_line = 1100 + 1900 * season
    green = 0.85 - np.clip((heights - 900) / 2600, 0, 1)
    green *= 0.35 + 0.65 * season
    noisy = np.where(heights > snow_line, 0.02, green) + random.normal(scale=0.03, size=heights.shape)
    return np.asarray(np.clip(noisy, -0.1, 0.9), dtype=np.float32)


def write_raster(path: Path, values: Grid, description: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=SIZE,
        height=SIZE,
        count=1,
        dtype="float32",
        crs=f"EPSG:{UTM_32N}",
        transform=PLACE,
        nodata=-9999,
        compress="deflate",
        predictor=3,
        tiled=True,
        blockxsize=128,
        blockysize=128,
    ) as raster:
        raster.write(values, 1)
        raster.set_band_description(1, description)


def write_cube(path: Path, heights: Grid, random: np.random.Generator) -> None:
    """Monthly NDVI of a year, by the CF conventions 1.11, packed to 16 bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with netCDF4.Dataset(path, "w", format="NETCDF4") as file:
        file.Conventions = "CF-1.11"
        file.title = "Monthly NDVI around Innsbruck, made up for a demonstration"
        step = 4
        thinned = heights[::step, ::step]
        sides = {"y": NORTH - CELL * (np.arange(SIZE)[::step] + 0.5)}
        sides["x"] = WEST + CELL * (np.arange(SIZE)[::step] + 0.5)
        file.createDimension("time", 12)
        for name, values in sides.items():
            file.createDimension(name, len(values))
            side = file.createVariable(name, "f8", (name,))
            side.standard_name, side.units = f"projection_{name}_coordinate", "m"
            side[:] = values
        time = file.createVariable("time", "i4", ("time",))
        time.standard_name, time.units = "time", "days since 2025-01-01"
        middles = [15 + 30 * month for month in range(12)]
        time[:] = middles
        grid = file.createVariable("crs", "i4")
        grid.grid_mapping_name = "transverse_mercator"
        grid.crs_wkt = rasterio.CRS.from_epsg(UTM_32N).to_wkt()
        ndvi = file.createVariable("ndvi", "i2", ("time", "y", "x"), compression="zlib", fill_value=-32768)
        ndvi.long_name, ndvi.units, ndvi.grid_mapping = "normalised difference vegetation index", "1", "crs"
        ndvi.scale_factor = 1e-4
        for month, day in enumerate(middles):
            ndvi[month] = vegetation(thinned, day, random)


def write_discharge(path: Path, random: np.random.Generator) -> None:
    """Daily discharge of two years: low in winter, snow melt in June, rain when it likes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    first = date(2024, 1, 1)
    days = np.arange((date(2026, 1, 1) - first).days)
    melt = 210 * np.exp(-(((days % 365) - 165) ** 2) / (2 * 38**2))
    rain = np.convolve(
        random.gamma(0.25, 55, len(days)) * (random.random(len(days)) < 0.25),
        np.exp(-np.arange(8) / 2.5),
    )[: len(days)]
    flow = 55 + melt + rain
    lines = ["date,station,discharge_m3s,quality"]
    for day in days:
        quality = "checked" if day < 600 else "raw"
        lines.append(f"{first + timedelta(days=int(day))},{path.stem},{flow[day]:.1f},{quality}")
    path.write_text("\n".join(lines) + "\n")


def write_notebook(path: Path, *cells: tuple[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    v4: Any = nbformat.v4  # no types
    makers = {"text": v4.new_markdown_cell, "code": v4.new_code_cell}
    notebook = v4.new_notebook(
        cells=[makers[kind](source) for kind, source in cells],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
            "language_info": {"name": "python"},
        },
    )
    nbformat.validate(notebook)
    path.write_text(v4.writes(notebook))


SNOW_MELT = (
    ("text", "# Snow melt and discharge\n\nHow much of the Inn's summer water is melted snow?"),
    (
        "code",
        "import csv\n"
        "from datetime import date\n"
        "\n"
        "import matplotlib.pyplot as plt\n"
        "import numpy as np\n"
        "import rasterio\n"
        "\n"
        'with open("../data/discharge/inn-innsbruck.csv") as file:\n'
        "    rows = list(csv.DictReader(file))\n"
        'days = np.array([date.fromisoformat(row["date"]) for row in rows])\n'
        'flow = np.array([float(row["discharge_m3s"]) for row in rows])\n'
        'print(f"{len(days)} days, mean {flow.mean():.0f} m³/s")',
    ),
    (
        "code",
        "fig, axes = plt.subplots(1, 2, figsize=(11, 3.8), layout='constrained')\n"
        "axes[0].plot(days, flow, linewidth=0.8)\n"
        "axes[0].tick_params(axis='x', rotation=30)\n"
        'axes[0].set(title="Inn at Innsbruck", ylabel="discharge in m³/s")\n'
        'with rasterio.open("../data/terrain/dem-innsbruck.tif") as raster:\n'
        "    heights, bounds = raster.read(1), raster.bounds\n"
        "extent = bounds.left, bounds.right, bounds.bottom, bounds.top\n"
        "image = axes[1].imshow(heights, cmap='terrain', extent=extent)\n"
        'axes[1].set(title="Catchment, UTM 32N")\n'
        "fig.colorbar(image, label='height in m')\n"
        "plt.show()",
    ),
    (
        "code",
        "summer = flow[[day.month in (5, 6, 7) for day in days]].sum() / flow.sum()\n"
        'print(f"{summer:.0%} of the water comes in May, June and July")',
    ),
)

GREEN_UP = (
    ("text", "# Green-up\n\nMonth by month, how far up do the slopes turn green?"),
    (
        "code",
        "import matplotlib.pyplot as plt\n"
        "import netCDF4\n"
        "\n"
        'with netCDF4.Dataset("../data/vegetation/ndvi-2025.nc") as cube:\n'
        '    ndvi = cube["ndvi"][:]\n'
        "fig, axes = plt.subplots(2, 6, figsize=(12, 4.4), layout='constrained')\n"
        "for month, axis in enumerate(axes.flat):\n"
        "    image = axis.imshow(ndvi[month], vmin=0, vmax=0.9, cmap='YlGn')\n"
        '    axis.set(title=f"{month + 1:02}", xticks=[], yticks=[])\n'
        "fig.colorbar(image, ax=axes, label='NDVI')\n"
        "plt.show()",
    ),
)

WORKFLOW = """\
cwlVersion: v1.2
class: CommandLineTool
id: ndvi
label: Vegetation index of one scene
doc: Reads the red and the near-infrared band of a scene and writes their NDVI as a GeoTIFF.
baseCommand: [python, ndvi.py]
inputs:
  red:
    type: File
    label: Red band
    inputBinding: {prefix: --red}
  nir:
    type: File
    label: Near-infrared band
    inputBinding: {prefix: --nir}
outputs:
  ndvi:
    type: File
    label: Vegetation index
    outputBinding: {glob: ndvi.tif}
"""

SCRIPT = '''\
"""NDVI of one scene: python ndvi.py --red B04.tif --nir B08.tif"""

import argparse

import numpy as np
import rasterio

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--red", required=True)
parser.add_argument("--nir", required=True)
asked = parser.parse_args()

with rasterio.open(asked.red) as red, rasterio.open(asked.nir) as nir:
    profile = {**red.profile, "dtype": "float32", "count": 1}
    r, n = red.read(1).astype("float32"), nir.read(1).astype("float32")
    ndvi = np.where(n + r == 0, 0, (n - r) / (n + r))
with rasterio.open("ndvi.tif", "w", **profile) as out:
    out.write(ndvi.astype("float32"), 1)
'''

WELCOME = """\
# Welcome, {name}

These files are made up. Change and delete them as you like.

- `tutorials/first-steps.md`: find something, share it, see what a colleague sees
- the **Workspace Finder** in the left sidebar: type a few letters of a name
"""

FIRST_STEPS = """\
# First steps

1. Open the **Workspace Finder** in the left sidebar and type `dem`: your files whose names match are listed
   as you type, best first.
2. Right-click a folder in the file browser, choose **Share…**, type `bob` or `hydrology`, choose what
   they may do, and press **Add**.
3. Sign in as bob in a private window. What you shared is under **Shared with me**, and opens from there.
4. Remove the grant in the dialog. Bob's next click is refused.

Who may read may also copy. Sharing is for people whom you would hand the file.
"""

NOTES = """\
# Field notes, 14 June 2026

| time | station | stage in cm | water in °C |
| --- | --- | --- | --- |
| 08:10 | Oberperfuss | 182 | 6.1 |
| 11:40 | Innsbruck | 243 | 7.4 |
| 15:05 | Hall | 251 | 8.0 |

Snow line at about 2,350 m on north faces. Sensor at Hall cleaned; values before 15:05 read 4 cm too high.
"""


def home_of(name: str, folder: Path) -> None:
    (folder / "tutorials").mkdir(parents=True)
    (folder / "README.md").write_text(WELCOME.format(name=name))
    (folder / "tutorials" / "first-steps.md").write_text(FIRST_STEPS)


def hydrologist(folder: Path, random: np.random.Generator) -> None:
    heights = terrain(random)
    write_raster(folder / "data" / "terrain" / "dem-innsbruck.tif", heights, "height above sea level in m")
    june = vegetation(heights, 165, random)
    write_raster(folder / "data" / "vegetation" / "ndvi-2025-06-14.tif", june, "NDVI")
    write_cube(folder / "data" / "vegetation" / "ndvi-2025.nc", heights, random)
    write_discharge(folder / "data" / "discharge" / "inn-innsbruck.csv", random)
    write_notebook(folder / "hydrology-2026" / "snow-melt.ipynb", *SNOW_MELT)
    write_notebook(folder / "hydrology-2026" / "green-up.ipynb", *GREEN_UP)
    (folder / "hydrology-2026" / "field-notes.md").write_text(NOTES)
    package = folder / "packages" / "ndvi"
    package.mkdir(parents=True)
    (package / "ndvi.cwl").write_text(WORKFLOW)
    (package / "ndvi.py").write_text(SCRIPT)


def main(target: Path) -> None:
    # All or nothing: what was begun and not finished is not taken for the content.
    begun = target.with_name(f"{target.name}.begun")
    shutil.rmtree(begun, ignore_errors=True)
    for name in ("alice", "bob", "carol", "dave", "admin"):
        home_of(name, begun / name)
    random = np.random.default_rng(2026)
    hydrologist(begun / "alice", random)
    write_discharge(begun / "bob" / "gauges" / "sill-innsbruck.csv", random)
    write_notebook(begun / "carol" / "scratch.ipynb", ("text", "# Scratch"), ("code", "1 + 1"))
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    (begun / "made-at").write_text(f"{stamp}\n")
    begun.rename(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
