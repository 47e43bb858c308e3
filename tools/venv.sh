#!/usr/bin/env bash
# Makes the virtual environment in folder $1, or leaves one that works as it is.
set -euo pipefail

folder=$1
python=${PYTHON:-python3}

stop() {
    echo "$1" >&2
    exit 1
}

command -v "$python" >/dev/null || stop "There is no $python here. Type: sudo apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "Ketenhub needs Python 3.11 or newer, and $python is older. Type: make setup PYTHON=python3.11"

if "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

# Debian ships Python without the part that puts pip into a virtual environment.
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing python3-venv."
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        apt-get install -qq -y --no-install-recommends python3-venv >/dev/null
    else
        stop "Python lacks its venv part. Type: sudo apt-get install python3-venv"
    fi
fi
"$python" -m venv --clear "$folder"
