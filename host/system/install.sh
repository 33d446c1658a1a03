#!/usr/bin/env bash
# Puts Chestnut on a Debian 13 or Raspberry Pi OS 13 machine: system packages, libraries, program, models, service.
# It may be run again at any time: what is right already is left alone, and then it says "unchanged".
#
#   sudo bash host/system/install.sh [--wheels DIR] [--models DIR] [--only "STEP ..."] [--root DIR] [--dry-run] [--start]
#
#   --wheels DIR   take Python packages from there and from nowhere else (made by `make image`)
#   --models DIR   take model files from there; else from the cache of the user who calls (made by `make models`)
#   --only STEPS   some of: packages python program models system
#   --root DIR     write below DIR instead of /; packages and python need a chroot instead
#   --dry-run      change nothing, tell what would change
#   --start        start the service at the end; else it starts with the next boot
#   --environment  change nothing, print which libraries this version needs, as below
#
# Where things go: /opt/chestnut/versions/VERSION the program, /opt/chestnut/environments/HASH its libraries (versions
# with the same libraries share them), /opt/chestnut/current the version in use, /var/lib/chestnut what the device keeps.
# To remove all of it: see the end of docs/image.md.
set -euo pipefail

fail() { echo "install: $1" >&2; exit 2; }

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
system=$project/host/system
root='' wheels='' models='' steps='packages python program models system' dry='' start='' asked='' changes=0
while [ $# -gt 0 ]; do
    case $1 in
    --wheels | --models | --only | --root)
        [ $# -ge 2 ] || fail "$1 needs a value"
        case $1 in --wheels) wheels=$2 ;; --models) models=$2 ;; --only) steps=$2 ;; --root) root=${2%/} ;; esac
        shift 2 ;;
    --dry-run) dry=yes; shift ;;
    --environment) asked=yes; shift ;;
    --start) start=yes; shift ;;
    -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) fail "there is no $1; see --help" ;;
    esac
done
for step in $steps; do
    case $step in
    program | models | system) ;;
    packages | python) [ -z "$root" ] || fail "--root cannot do the step $step: run it in a chroot, or leave it out with --only" ;;
    *) fail "there is no step $step; one of: packages python program models system" ;;
    esac
done
for folder in "$wheels" "$models" ${root:+"$root"}; do
    [ -z "$folder" ] || [ -d "$folder" ] || fail "there is no folder $folder"
done
[ -n "$root$dry$asked" ] || [ "$(id -u)" = 0 ] || fail "it writes to the system: run it with sudo"

opt=$root/opt/chestnut
state=$root/var/lib/chestnut
version=$(sed -n 's/^version = "\([0-9A-Za-z.+-]*\)"$/\1/p' "$project/pyproject.toml")
[ -n "$version" ] || fail "pyproject.toml names no version"

# changing WHAT COMMAND...: counts a change and makes it, or in a dry run only tells it.
changing() {
    local what=$1; shift
    changes=$((changes + 1))
    if [ -n "$dry" ]; then echo "would change: $what"; return; fi
    echo "changing: $what"
    "$@"
}
write() { # MODE SOURCE TARGET: whole or not at all
    mkdir -p "$(dirname "$3")"
    cp "$2" "$3.new"
    chmod "$1" "$3.new"
    mv "$3.new" "$3"
}
put() { # MODE SOURCE TARGET
    if ! cmp -s "$2" "$3" || [ "$(stat -c %a "$3")" != "$1" ]; then changing "$3" write "$@"; fi
}
write_link() { # WHERE-TO LINK
    mkdir -p "$(dirname "$2")"
    ln -sfn "$1" "$2.new"
    mv -T "$2.new" "$2"
}
link() { # WHERE-TO LINK
    if [ "$(readlink "$2" || true)" != "$1" ]; then changing "$2" write_link "$@"; fi
}
is_running() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

# --- system packages: the list that `make` installs, without what is for tests ------------------------------------

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
known() { [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }

# Alternatives of the list may be separated by |: the first one this system knows.
install_packages() {
    local names name chosen=() found
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || fail "the package sources cannot be reached. System packages need a network once: $*"
    for names in "$@"; do
        found=
        for name in ${names//|/ }; do if known "$name"; then chosen+=("$name"); found=yes; break; fi; done
        [ -n "$found" ] || fail "this system's package sources do not know ${names//|/ or }"
    done
    apt-get install -y -qq --no-install-recommends "${chosen[@]}" </dev/null >/dev/null
}
step_packages() {
    local names name found missing=() wanted
    wanted=$(sed -e '/^# for the tests/,$d' -e 's/#.*//' "$project/tools/system_packages.txt" | awk 'NF {print $1}')
    # Only Raspberry Pi's archive has these: its camera, and its pins for Python 3.13.
    if grep -qs "Raspberry Pi" /proc/device-tree/model; then wanted="$wanted python3-picamera2 python3-lgpio"; fi
    for names in $wanted; do
        found=
        for name in ${names//|/ }; do if installed "$name"; then found=yes; break; fi; done
        [ -n "$found" ] || missing+=("$names")
    done
    if [ ${#missing[@]} -gt 0 ]; then changing "system packages ${missing[*]}" install_packages "${missing[@]}"; fi
}

# --- Python packages: those of the lock, with their hashes, in an environment named by what is in it ----------------

needed=$(mktemp)
trap 'rm -f "$needed"' EXIT
python3 "$project/tools/device_requirements.py" >"$needed"
name_of_environment() { { cat "$needed"; python3 -c 'import sys; print(sys.version_info[:2])'; } | sha256sum | cut -c1-16; }
environment=environments/$(name_of_environment)
if [ -n "$asked" ]; then echo "$environment"; exit 0; fi

build_environment() {
    local from=() place=$opt/$environment
    rm -rf "$place"
    [ -z "$wheels" ] || from=(--no-index --find-links "$wheels")
    # On the Pi picamera2, libcamera and lgpio come from apt, so it sees the system's packages.
    python3 -m venv --system-site-packages "$place"
    "$place/bin/python" -m pip --disable-pip-version-check install --quiet --no-cache-dir --no-compile \
        --ignore-installed --no-deps --require-hashes "${from[@]}" -r "$needed"
    "$place/bin/python" -m compileall -q -j 0 "$place/lib" >/dev/null || true # some packages carry odd examples
    touch "$place/complete"
}
step_python() {
    [ -e "$opt/$environment/complete" ] || changing "$opt/$environment" build_environment
}

# --- the program ------------------------------------------------------------------------------------------------

parts=(host shared models mcu tools docs pyproject.toml requirements.lock LICENSE NOTICE LICENSES.md)
listed() { (cd "$1" && find "${parts[@]}" -type f ! -path '*/__pycache__/*' -print0 | LC_ALL=C sort -z); }
digest_of() { (cd "$1" && listed . | xargs -0 sha256sum | sha256sum | cut -c1-64); }

copy_program() {
    local place=$opt/versions/$version new=$opt/versions/.$version.new old=$opt/versions/.$version.old
    rm -rf "$new" "$old"
    mkdir -p "$new"
    listed "$project" | (cd "$project" && xargs -0 cp --parents -t "$new")
    chmod -R u=rwX,go=rX "$new"
    chmod 755 "$new"/host/system/{launch,chestnut,*.sh}
    ln -s "../../$environment" "$new/venv"
    if [ -x "$opt/$environment/bin/python" ]; then
        "$opt/$environment/bin/python" -m compileall -q -s "$new" -p "$place" "$new/host" "$new/models" "$new/shared"
    fi
    echo "$1" >"$new/.digest"
    touch "$new/.whole" # what an update may return to
    if [ -d "$place" ]; then mv "$place" "$old"; fi
    mv "$new" "$place"
    rm -rf "$old"
}
step_program() {
    local digest
    digest=$(digest_of "$project")
    if [ "$(cat "$opt/versions/$version/.digest" 2>/dev/null)" != "$digest" ] ||
        [ "$(readlink "$opt/versions/$version/venv")" != "../../$environment" ]; then
        changing "$opt/versions/$version" copy_program "$digest"
    fi
    link "versions/$version" "$opt/current"
    put 755 "$system/chestnut" "$root/usr/local/bin/chestnut"
    put 755 "$system/update_guard.sh" "$opt/update_guard.sh" # outside the versions it watches over
}

# --- models --------------------------------------------------------------------------------------------------------

step_models() {
    local folder=$models home file
    if [ -z "$folder" ]; then
        home=$(getent passwd "${SUDO_USER:-root}" | cut -d: -f6)
        folder=${CHESTNUT_CACHE:-$home/.cache/chestnut/models}
    fi
    for file in "$folder"/*.onnx "$folder"/*.tflite "$folder"/*.task "$folder"/whisper-*; do
        if [ -e "$file" ]; then put 644 "$file" "$state/models/${file##*/}"; fi
    done
    if ! compgen -G "$state/models/*" >/dev/null && [ -z "$dry" ]; then
        echo "install: no model files in $folder, so the device will not see. Run \`make models\` there, then this again." >&2
    fi
}

# --- the service -----------------------------------------------------------------------------------------------------

step_system() {
    local etc=$root/etc unit before=$changes
    put 644 "$system/sysusers.conf" "$etc/sysusers.d/chestnut.conf"
    put 644 "$system/tmpfiles.conf" "$etc/tmpfiles.d/chestnut.conf"
    put 644 "$system/modules.conf" "$etc/modules-load.d/chestnut.conf"
    put 644 "$system/journald.conf" "$etc/systemd/journald.conf.d/chestnut.conf"
    put 644 "$system/watchdog.conf" "$etc/systemd/system.conf.d/chestnut.conf"
    for unit in "$system"/chestnut*.{service,socket,path}; do
        if [ -e "$unit" ]; then put 644 "$unit" "$etc/systemd/system/${unit##*/}"; fi
    done
    if [ -e "$system/update_signers" ]; then put 644 "$system/update_signers" "$etc/chestnut/update_signers"; fi
    put 644 "$system/update.conf" "$etc/systemd/system/chestnut.service.d/update.conf"
    for unit in chestnut.service chestnut-poweroff.path chestnut-update.service; do
        link "../$unit" "$etc/systemd/system/multi-user.target.wants/$unit"
    done
    if [ -e "$root/boot/firmware/config.txt" ] && [ -e "$system/config.txt" ]; then
        put 755 "$system/config.txt" "$root/boot/firmware/chestnut.txt" # a FAT file system knows no other mode
        if ! grep -qx 'include chestnut.txt' "$root/boot/firmware/config.txt"; then
            changing "$root/boot/firmware/config.txt" include_config "$root/boot/firmware/config.txt"
        fi
    fi
    [ -z "$root$dry" ] || return 0
    if ! getent passwd chestnut >/dev/null; then changing "the user chestnut" systemd-sysusers "$etc/sysusers.d/chestnut.conf"; fi
    systemd-tmpfiles --create "$etc/tmpfiles.d/chestnut.conf"
    if is_running && [ "$changes" != "$before" ]; then
        systemctl daemon-reload
        systemctl restart systemd-journald
        systemctl start systemd-modules-load 2>/dev/null || true # told by the unit itself where a module is missing
        systemctl start chestnut-poweroff.path
    fi
}
include_config() { printf '\n[all]\ninclude chestnut.txt\n' >>"$1"; }

for step in packages python program models system; do
    case " $steps " in *" $step "*) "step_$step" ;; esac
done
if [ "$changes" = 0 ]; then echo unchanged; else echo "$changes changes"; fi
if [ -n "$start" ] && [ -z "$dry" ]; then is_running || fail "--start needs a running system"; systemctl restart chestnut.service; fi
