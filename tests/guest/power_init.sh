#!/bin/sh
# The first and only process of a guest whose power is cut often (init=): mounts what the device keeps as its unit has it,
# and remembers, so that no time goes into starting a system.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
mountpoint -q /proc || mount -t proc proc /proc
mountpoint -q /sys || mount -t sysfs sysfs /sys
modprobe virtio_console
mount -t tmpfs -o size=64M tmpfs /tmp
mount -o rw,nosuid,nodev,noexec,noatime LABEL=chestnut-data /var/lib/chestnut
until channel=$(grep -l chestnut.result /sys/class/virtio-ports/*/name); do sleep 0.1; done
set -a
# shellcheck disable=SC1091  # lines of NAME=value
. /opt/chestnut/current/host/system/environment
export PYTHONPATH=/opt/chestnut/current/host
channel=$(basename "$(dirname "$channel")")
/opt/chestnut/current/venv/bin/python -P /opt/guest/remember.py /var/lib/chestnut/power >"/dev/$channel" 2>&1
exec sleep infinity # a first process that ends would panic the kernel
