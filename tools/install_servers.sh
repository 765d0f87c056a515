#!/bin/sh
# Installs the real servers and the browser that the tests and the bench use, on Debian as root; elsewhere it says what is missing.
set -eu

# program:package, the one list.
WANTED="chromium:chromium prometheus:prometheus redis-server:redis-server prometheus-pushgateway:prometheus-pushgateway"
WANTED="$WANTED prometheus-alertmanager:prometheus-alertmanager prometheus-node-exporter:prometheus-node-exporter"
WANTED="$WANTED wrk:wrk"

missing=""
packages=""
for pair in $WANTED; do
    command -v "${pair%%:*}" >/dev/null 2>&1 && continue
    missing="$missing ${pair%%:*}"
    packages="$packages ${pair#*:}"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Not found:$missing. Tests that need it are skipped, and say so."
    exit 0
fi

echo "Installing$packages ..."
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null
# shellcheck disable=SC2086 # one word per package
apt-get install -qq -y --no-install-recommends $packages </dev/null >/dev/null
