#!/usr/bin/env bash
# Fetches Swagger UI into the API's static files: bash tools/swagger-ui.sh 5.35.0. Only what /docs needs, with its licence.
set -euo pipefail
cd "$(dirname "$0")/.."
version="${1:?Type a version: bash tools/swagger-ui.sh 5.35.0}"
folder=hub/api/static/swagger-ui
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# npm checks the archive against the hash that the registry gives; no script of the package runs.
npm pack --silent --ignore-scripts --pack-destination "$work" "swagger-ui-dist@$version" >/dev/null
tar -xzf "$work"/swagger-ui-dist-*.tgz -C "$work"
mkdir -p "$folder"
for file in swagger-ui.css swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt favicon-32x32.png LICENSE NOTICE; do
  install -m 0644 "$work/package/$file" "$folder/$file"
done
echo "$version" > "$folder/VERSION"
(cd "$folder" && sha256sum -- $(ls | grep -v '^SHA256SUMS$' | LC_ALL=C sort) > SHA256SUMS)
echo "Swagger UI $version lies in $folder. Look at git diff, and at /docs in a browser."
