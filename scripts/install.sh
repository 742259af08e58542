#!/usr/bin/env bash
# Install everything below the checkout: `install.sh run` what `make run` needs, `install.sh dev` also the tests'.
# Each step is left out when what it depends on did not change, so that a second run takes a moment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
set_wanted=${1:-run}
lab_extension=.venv/share/jupyter/labextensions/jupyter-apex-ws

step() { printf '\n\033[1m==> %s\033[0m\n' "$*" >&2; }
stop() { printf '\n%s\n' "$*" >&2; exit 1; }
fingerprint() { cat "$@" | sha256sum | cut -d' ' -f1; }

root_with_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
from_debian() {
  step "Installing $* from Debian"
  apt-get -qq -o DPkg::Lock::Timeout=540 update
  apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=540 install "$@"
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  stop "Python 3.11 or newer is needed, and $("${PYTHON:-python3}" --version 2>/dev/null || echo "no Python") was found: install it (Debian: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python3.11."
}

need_node() {
  local found major
  found=$(node --version 2>/dev/null || echo none)
  major=${found#v}
  major=${major%%.*}
  if [ "$found" = none ] || [ "$major" -lt 20 ]; then
    stop "Node.js 20 or newer is needed, and $([ "$found" = none ] && echo none || echo "$found") was found: install it and put \`node\` on the PATH."
  fi
}

need_bubblewrap() {
  command -v bwrap >/dev/null && return
  root_with_apt || stop "bubblewrap is needed, which keeps people's servers apart, and it is not installed: apt-get install bubblewrap (as root), then run this again."
  from_debian bubblewrap
}

need_room() { # megabytes
  local free
  free=$(($(df -Pk . | awk 'NR == 2 {print $4}') / 1024))
  [ "$free" -ge "$1" ] || stop "There are $free MB free where this checkout is, and installing takes $1 MB: free some, or check out somewhere else."
}

python_packages() {
  local wanted=$set_wanted stamp=.venv/.apex-ws-packages known
  # An environment with the tests' packages is kept as one: it has all that `run` needs.
  if [ "$(cut -d' ' -f1 "$stamp" 2>/dev/null || true)" = dev ] || [ -e .venv/bin/pytest ]; then wanted=dev; fi
  known="$wanted $(fingerprint "requirements/$wanted.txt" requirements/bootstrap.txt pyproject.toml package.json)"
  [ "$(cat "$stamp" 2>/dev/null)" = "$known" ] && [ -x .venv/bin/python ] && .venv/bin/python -c '' && return
  need_room 3000
  if ! .venv/bin/python -c '' 2>/dev/null || [ ! -x .venv/bin/uv ]; then
    local python
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
      root_with_apt || stop "Python's venv module is missing: apt-get install python3-venv (as root), then run this again."
      from_debian python3-venv
    fi
    step "Making a Python environment in .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
    .venv/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/bootstrap.txt
  fi
  # The link to our build goes first: what is uninstalled through it would be gone from the checkout.
  rm -rf "$lab_extension"
  mkdir -p jupyter_apex_ws/labextension
  step "Installing Python packages ($wanted), some minutes the first time"
  # With bytecode: the environment is read-only for people's servers, which could not write it themselves.
  .venv/bin/uv pip sync --python .venv/bin/python --require-hashes --compile-bytecode "requirements/$wanted.txt"
  step "Installing this checkout into the environment"
  SKIP_JUPYTER_BUILDER=1 .venv/bin/uv pip install --python .venv/bin/python --quiet --no-deps --no-build-isolation --editable .
  printf '%s\n' "$known" >"$stamp"
}

# The installer copied Lab's half of us: a link instead, so that a new build is seen at once.
link_extension() {
  [ -L "$lab_extension" ] && return
  rm -rf "$lab_extension"
  mkdir -p "$(dirname "$lab_extension")"
  ln -s "$PWD/jupyter_apex_ws/labextension" "$lab_extension"
}

node_packages() {
  local stamp=node_modules/.apex-ws-packages known
  known=$(fingerprint package.json yarn.lock .yarnrc.yml)
  [ "$(cat "$stamp" 2>/dev/null)" = "$known" ] && return
  need_room 1500
  step "Installing npm packages, some minutes the first time"
  jlpm install --immutable
  printf '%s\n' "$known" >"$stamp"
}

front_end() {
  local stamp=jupyter_apex_ws/labextension/.apex-ws-build known
  known=$(find src style schema -type f -not -path '*/__tests__/*' -print0 | sort -z | xargs -0 cat package.json yarn.lock tsconfig.json | sha256sum)
  [ "$(cat "$stamp" 2>/dev/null)" = "$known" ] && [ -e jupyter_apex_ws/labextension/package.json ] && return
  step "Building the front end"
  jlpm build
  printf '%s\n' "$known" >"$stamp"
}

export PATH="$PWD/.venv/bin:$PATH"
need_node
need_bubblewrap
python_packages
link_extension
node_packages
front_end
