#!/usr/bin/env bash
# The contract in its written forms, made from the routes: `contract.sh write` makes them again,
# `contract.sh check` fails where what is committed is not what would be made.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.venv/bin:$PATH"

api=jupyter_apex_ws/contract/openapi.json
types=src/api/generated.ts

case $1 in
write)
  python -m jupyter_apex_ws.hub.openapi
  jlpm contract
  ;;
check)
  made=$(mktemp -d)
  trap 'rm -rf "$made"' EXIT
  python -c 'from jupyter_apex_ws.hub import openapi; print(openapi.text(), end="")' >"$made/openapi.json"
  npx --no-install openapi-typescript "$made/openapi.json" -o "$made/made.ts" >/dev/null
  npx --no-install prettier --stdin-filepath "$types" <"$made/made.ts" >"$made/generated.made.ts"
  diff -u "$api" "$made/openapi.json" && diff -u "$types" "$made/generated.made.ts" || {
    echo "The routes and their written contract differ: make contract"
    exit 1
  }
  ;;
esac
