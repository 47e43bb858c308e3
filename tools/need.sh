#!/usr/bin/env bash
# Makes sure that the program $1 is here, from Debian's package of that name or the packages in $2…:
# bash tools/need.sh chromium chromium fonts-noto-core.
set -euo pipefail

program=$1
shift
packages=("${@:-$program}")
if command -v "$program" >/dev/null; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${packages[*]}."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null
else
    echo "There is no $program here. Type: sudo apt-get install ${packages[*]}" >&2
    exit 1
fi
