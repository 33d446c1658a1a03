#!/usr/bin/env bash
# Installs the Debian packages of a list that are not there yet; through sudo where needed, with a clear word where
# that is impossible. usage: system_packages.sh LIST
set -euo pipefail
list=$1

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is no Debian system. Install what these Debian packages hold, then run: touch .cache/system" >&2
    grep -v '^#' "$list" >&2
    exit 1
fi

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
known() { [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }

# MicroPython's unix port comes as a Python package for x86_64 only; elsewhere Debian's own package runs the firmware.
wanted=$(sed -e 's/#.*//' "$list" | awk 'NF {print $1}')
[ "$(uname -m)" = x86_64 ] || wanted="$wanted micropython"

missing=()
for names in $wanted; do
    found=
    for name in ${names//|/ }; do installed "$name" && found=yes && break; done
    [ -n "$found" ] || missing+=("$names")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then sudo=
elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then sudo=sudo
else
    echo "These system packages are missing and neither root nor sudo is at hand. Ask the owner of this machine for:" >&2
    echo "    apt-get install ${missing[*]//|*/}" >&2
    exit 1
fi

echo "set-up: looking for system packages"
$sudo apt-get update -qq
chosen=()
for names in "${missing[@]}"; do
    found=
    for name in ${names//|/ }; do known "$name" && chosen+=("$name") && found=yes && break; done
    [ -n "$found" ] || { echo "This system's package sources do not know ${names//|/ or }. Add Debian's main, then try again." >&2; exit 1; }
done
echo "set-up: installing ${chosen[*]}"
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${chosen[@]}" >/dev/null
