#!/usr/bin/env bash
# Every test: `test.sh small` or `test.sh full`, the size of the counted ones. All of them, also after a failure.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.venv/bin:$PATH" APEX_WS_SCALE=$1

command -v chromium >/dev/null || {
  echo "The browser tests need Debian's Chromium: apt-get install chromium (as root), then run this again."
  exit 1
}
failed=0
python -m pytest --scale="$1" || failed=1
jlpm test || failed=1
jlpm test:browser || failed=1
exit $failed
