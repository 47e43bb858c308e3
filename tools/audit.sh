#!/usr/bin/env bash
# Asks the advisory databases whether something in the lock $1 has a known weakness.
#
# Fails when it finds one, and also when it could not ask: no answer is not a good answer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

stop() {
    echo "Nothing was audited: $1" >&2
    exit 2
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${PYTHON:-python3}" -m venv "$scratch/venv" || stop "no virtual environment could be made."
"$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check pip-audit ||
    stop "pip-audit could not be installed. Is there a network?"

# --strict: a package that could not be looked up is a failure, not a remark.
code=0
"$scratch/venv/bin/pip-audit" --strict --require-hashes --disable-pip --progress-spinner off -r "$1" || code=$?
if [ "$code" != 0 ]; then
    echo "The audit found something, or could not ask: read above. The lock is not known to be good." >&2
    exit "$code"
fi
echo "No known weakness in $1, by the databases of today."
