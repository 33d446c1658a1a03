#!/bin/bash
# prepare_version.sh FOLDER: gives a new version in /opt/chestnut/versions its Python packages. `chestnut update` calls
# it after every byte was verified and before anything is switched. No network is needed: the packages come with the
# update (wheels/), or are there already, because the version before needs the same.
set -euo pipefail
folder=$1
install=$folder/host/system/install.sh
environment=$(bash "$install" --environment)

if [ ! -e "$folder/../../$environment/complete" ]; then
    if [ ! -d "$folder/wheels" ]; then
        echo "the update needs other Python packages and brings none: make it with --wheels" >&2
        exit 1
    fi
    bash "$install" --only python --wheels "$folder/wheels" >&2
fi
rm -rf "$folder/wheels"
ln -s "../../$environment" "$folder/venv"
# The device cannot write here, so what Python would keep for the next start is made now.
"$folder/venv/bin/python" -m compileall -q "$folder/host" "$folder/models" "$folder/shared"
"$folder/host/system/launch" --help > /dev/null
