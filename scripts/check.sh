#!/usr/bin/env bash
# Everything that a machine can check without running the product; all of it, also after a first failure.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.venv/bin:$PATH"

failed=()
try() {
  local name=$1 started=$SECONDS
  shift
  if "$@"; then printf 'ok      %s (%d s)\n' "$name" $((SECONDS - started)); else
    printf 'FAILED  %s\n' "$name"
    failed+=("$name")
  fi
}

try "formatting of Python" ruff format --check --quiet .
try "ruff" ruff check --quiet .
try "mypy" mypy
try "import boundaries" python scripts/check_imports.py
try "contract drift" scripts/contract.sh check
try "types of TypeScript" jlpm typecheck
try "linters of the front end" jlpm lint

if [ "${#failed[@]}" -gt 0 ]; then
  printf '\nFailed: %s\n' "$(IFS=,; echo "${failed[*]}")"
  exit 1
fi
