#!/usr/bin/env bash
# The locked sets of Python packages, made from what is wanted: what is locked already stays where it still fits.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for set in bootstrap run dev; do
  .venv/bin/uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url \
    --python-version 3.11 "requirements/$set.in" -o "requirements/$set.txt"
done
