#!/usr/bin/env bash
# Makes sure that the program $1 is here: bash tools/need.sh curl.
set -euo pipefail

if command -v "$1" >/dev/null; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $1."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq -y --no-install-recommends "$1" >/dev/null
else
    echo "There is no $1 here. Type: sudo apt-get install $1" >&2
    exit 1
fi
