#!/usr/bin/env bash
# Holds the OpenAPI document against the official rules of the NL API Design Rules: bash tools/lint-api.sh FOLDER.
# FOLDER holds the rules, linter-*.yaml; they are the standard's own and no part of this project.
set -euo pipefail
cd "$(dirname "$0")/.."
folder="${1:-}"
python="${PYTHON_BIN:-.venv/bin/python}"
# At this version the rules were tried.
linter="@stoplight/spectral-cli@6.16.3"

if ! compgen -G "$folder/linter-*.yaml" >/dev/null; then
  echo "No linter-*.yaml in '$folder'. Fetch linter.yaml of Logius-standaarden/API-Design-Rules, and type: make lint-api ADR=FOLDER" >&2
  exit 2
fi
if ! command -v npx >/dev/null; then
  echo "This takes node: apt-get install nodejs npm" >&2
  exit 2
fi
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# A demo's address is http; the document must hold for that too.
for address in http://localhost:8080 https://hub.example.nl; do
  PYTHONPATH=. "$python" tools/openapi.py "$address" > "$work/openapi.json"
  for rules in "$folder"/linter-*.yaml; do
    echo "$address against ${rules##*/}"
    # A warning counts as a finding.
    npx --yes "$linter" lint --fail-severity hint --ruleset "$rules" "$work/openapi.json"
  done
done
