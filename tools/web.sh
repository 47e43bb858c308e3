#!/usr/bin/env bash
# Fetches what our pages are dressed in: the NL Design System, the Noto fonts, and axe for the tests: bash tools/web.sh.
#
# Only what is used (classes that stand in a template, tokens that a style sheet names), with licence, version and hash. Nothing of it is fetched or built when the hub runs.
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A version=(
  [@utrecht/component-library-css]=9.0.4
  [@nl-design-system-unstable/voorbeeld-design-tokens]=7.4.1
  [@fontsource/noto-sans]=5.3.0
  [@fontsource/noto-sans-arabic]=5.3.0
  [@fontsource/noto-sans-ethiopic]=5.3.0
  [axe-core]=4.14.1
)
design=hub/web/static/design fonts=hub/web/static/fonts axe=tests/web/axe
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# npm checks each archive against the hash that the registry gives; no script of a package runs.
unpack() {
  npm pack --silent --ignore-scripts --pack-destination "$work" "$1@${version[$1]}" >/dev/null
  folder="$work/$(tr -c 'a-z0-9\n' - <<<"$1")"
  mkdir -p "$folder"
  local archive
  archive="$(tr -d @ <<<"$1" | tr / -)-${version[$1]}.tgz"
  tar -xzf "$work/$archive" -C "$folder" --strip-components 1
}

# $1: the folder; the rest: the packages in it.
seal() {
  local where=$1 package
  shift
  for package in "$@"; do echo "$package ${version[$package]}"; done > "$where/VERSIONS"
  (cd "$where" && sha256sum -- $(ls | grep -v '^SHA256SUMS$' | LC_ALL=C sort) > SHA256SUMS)
}

mkdir -p "$design" "$fonts" "$axe"
unpack @utrecht/component-library-css; library="$folder"
unpack @nl-design-system-unstable/voorbeeld-design-tokens; theme="$folder"
python3 tools/prune_css.py --components "$library/dist/index.css" --theme "$theme/dist/theme.css" \
  --own hub/web/static/pages.css --templates hub/web/templates --into "$design"
install -m 0644 "$library/LICENSE.md" "$design/LICENSE.md"
seal "$design" @utrecht/component-library-css @nl-design-system-unstable/voorbeeld-design-tokens

: > "$fonts/fonts.css"
# $1: the package; $2: its family in our style sheets; the rest: the scripts of it that our languages are written in.
font() {
  local family=$2 package=$1 script weight file
  unpack "$package"
  shift 2
  for script in "$@"; do
    for weight in 400 700; do
      file="${package#@fontsource/}-$script-$weight-normal.woff2"
      install -m 0644 "$folder/files/$file" "$fonts/$file"
      python3 - "$folder/unicode.json" "$script" "$family" "$weight" "$file" >> "$fonts/fonts.css" <<'PYTHON'
import json, sys
path, script, family, weight, file = sys.argv[1:]
covers = json.load(open(path, encoding="utf-8"))[script]
print(f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-display: swap; '
      f'src: url("{file}") format("woff2"); unicode-range: {covers}; }}')
PYTHON
    done
  done
  install -m 0644 "$folder/LICENSE" "$fonts/LICENSE-${package#@fontsource/}"
}
font @fontsource/noto-sans "Noto Sans" latin latin-ext
font @fontsource/noto-sans-arabic "Noto Sans Arabic" arabic
font @fontsource/noto-sans-ethiopic "Noto Sans Ethiopic" ethiopic
seal "$fonts" @fontsource/noto-sans @fontsource/noto-sans-arabic @fontsource/noto-sans-ethiopic

unpack axe-core
install -m 0644 "$folder/axe.min.js" "$folder/LICENSE" "$axe/"
seal "$axe" axe-core
echo "Look at git diff, and at /venster in a browser."
