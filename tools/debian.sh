#!/usr/bin/env bash
# The real things that the tests use: a browser, a database server, an office, another election program, a compiler
# for the simulated power cut, a network that can be switched off, and two proxies.
set -euo pipefail
packages=(chromium belenios-tool postgresql libreoffice-writer-nogui poppler-utils fonts-noto-cjk gcc libc6-dev iproute2 caddy nginx-light)
missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
line="apt-get install --yes --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -ne 0 ]; then
  echo "For the whole test suite run once as root: $line" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet=2
$line --quiet=2 >/dev/null
