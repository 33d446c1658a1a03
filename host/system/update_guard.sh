#!/bin/sh
# Watches over a version of Chestnut on trial: returns to the one before when it does not prove itself. It stands
# outside the versions (/opt/chestnut/update_guard.sh), needs nothing of them, and is cut off anywhere by a power failure
# without harm: `current` changes by one rename. update.conf beside it makes the service call it. See docs/update.md.
#
#   update_guard.sh start     before each start, as root: counts it; after three that failed, goes back
#   update_guard.sh check     after "ready", as the device's user: its own quick self-test; fails when a part is missing
#                             that was there before the update
#   update_guard.sh confirm   after that, as root: the version has proved itself
set -eu
umask 022 # the device's user reads what root writes

root=${CHESTNUT_ROOT:-/opt/chestnut}
starts_at_most=3
cd "$root"
[ -f trial ] || exit 0

# Whatever fails here, as on a full card, it must not keep the device from starting: only the self-test may.
place=
finish() {
    [ -z "$place" ] || { sync; mount -o remount,ro "$place"; }
    exit 0
}
if [ "$1" != check ]; then
    trap finish EXIT
    # A root that is never written (host/system/read_only) is written now, for this one moment.
    if ! [ -w . ]; then
        place=$(findmnt --noheadings --output TARGET --target .)
        mount -o remount,rw "$place"
    fi
fi
if ! read -r new old starts < trial || [ -z "${starts:-}" ]; then
    [ "$1" = check ] || rm -f trial # nothing an update wrote
    exit 0
fi
if [ "$(readlink current)" != "versions/$new" ]; then # the update was cut off before its last step, or undone
    [ "$1" = check ] || rm -f trial
    exit 0
fi

keep() { # FILE TEXT: whole or not at all, and on the card
    printf '%s\n' "$2" > "$1.new" && sync "$1.new" && mv -f "$1.new" "$1" && sync .
}

case $1 in
start)
    if [ "$starts" -lt "$starts_at_most" ]; then
        keep trial "$new $old $((starts + 1))"
        exit 0
    fi
    if [ ! -f "versions/$old/.whole" ]; then
        echo "chestnut: version $new does not start, and there is no version before it to return to" >&2
        exit 0
    fi
    echo "chestnut: version $new did not prove itself in $starts starts; back to $old" >&2
    # On a full card nothing is told, but the way back is taken all the same.
    echo "$new" >> returned || : # so that it is not taken from the card's folder at each start again
    keep outcome "update_returned $new" || :
    rm -f current.new
    ln -s "versions/$old" current.new
    mv -fT current.new current
    rm -f trial
    sync .
    ;;
check)
    set -- check --quick
    while read -r part; do
        set -- "$@" --except "$part"
    done < spared
    exec current/host/system/launch "$@"
    ;;
confirm)
    rm -f trial
    sync .
    keep outcome "update_done $new"
    ;;
*)
    echo "update_guard.sh start|check|confirm" >&2
    ;;
esac
