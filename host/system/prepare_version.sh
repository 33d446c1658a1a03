#!/bin/bash
# prepare_version.sh FOLDER: makes in a new version's folder what can only be made on this machine, its Python packages.
# `chestnut update` calls it after every byte was verified and before anything is switched. No network is needed:
# the packages come with the update (wheels/), or are those of the running version when the lock file is the same.
set -euo pipefail
folder=$1
current=$(dirname "$(dirname "$folder")")/current

if compgen -G "$folder/wheels/*.whl" > /dev/null; then
    # picamera2, libcamera and lgpio are the system's packages.
    python3 -m venv --system-site-packages "$folder/venv"
    "$folder/venv/bin/python" -m pip install --quiet --no-index --no-deps --no-compile "$folder"/wheels/*.whl
elif cmp -s "$folder/requirements.lock" "$current/requirements.lock"; then
    # The same files under a second name cost no room; nobody writes into them.
    cp -a --link "$current/venv" "$folder/venv"
else
    echo "the update needs other Python packages and brings none: make it with --wheels" >&2
    exit 1
fi
# The device cannot write here, so what Python would keep for the next start is made now.
"$folder/venv/bin/python" -m compileall -q "$folder/host/chestnut" "$folder/models/chestnut_models" "$folder/shared"
"$folder/host/system/launch" --help > /dev/null
