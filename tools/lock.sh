#!/usr/bin/env bash
# Writes requirements-test.lock (everything) and requirements.lock (what an installation runs on).
#
# Done by the oldest Python that we support, so that what only that one needs is in the lock. What this machine
# keeps for itself (a mirror, wheels in a folder) stays out of it: the locks name versions and hashes, nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || {
    echo "The locks are made by Python 3.11. Type: make lock PYTHON=python3.11" >&2
    exit 1
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$python" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check pip-tools

export PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock"
unset PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_TRUSTED_HOST PIP_CONSTRAINT

compile() {
    "$scratch/venv/bin/pip-compile" pyproject.toml --quiet --no-config --strip-extras --generate-hashes \
        --allow-unsafe --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
        --no-emit-options "$@"
}

# The build backend is in the big lock, so that `make setup` asks the network for nothing that is not locked.
compile --extra test --build-deps-for editable --build-deps-for wheel --output-file requirements-test.lock \
    ${UPGRADE:+--upgrade}

# The small one begins as a copy of the big one: pip-compile keeps those versions and drops the rest.
cp requirements-test.lock requirements.lock
compile --output-file requirements.lock
