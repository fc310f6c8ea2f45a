#!/usr/bin/env bash
# The real things that the tests use: a browser, a database server, an office, another election program, a compiler
# for the simulated power cut, a network that can be switched off, and two proxies.
set -euo pipefail
packages=(chromium belenios-tool postgresql libreoffice-writer-nogui poppler-utils fonts-noto-cjk gcc libc6-dev iproute2 caddy nginx-light)
PATIENCE=300 # seconds that another package manager may take

# apt has an option to wait for one of its locks, but not for those of the lists and of the archives.
BUSY='[Cc]ould not get lock|[Uu]nable to lock|[Uu]nable to acquire the dpkg frontend lock'

missing_of() {
  for package in "$@"; do
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
  done
}

# Run apt-get, again and again while another program holds one of its locks; all that it said when it fails.
apt_get() {
  local said waiting=
  until said=$(LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 -o DPkg::Lock::Timeout=0 "$@" 2>&1 </dev/null); do
    if ! grep -qE "$BUSY" <<<"$said" || [ $SECONDS -ge $PATIENCE ]; then
      echo "$said" >&2
      return 1
    fi
    [ -n "$waiting" ] || echo "Another program is installing packages; waiting for it, five minutes at most." >&2
    waiting=yes
    sleep 2
  done
}

main() {
  mapfile -t missing < <(missing_of "${packages[@]}")
  [ ${#missing[@]} -eq 0 ] && return 0
  local line=(install --yes --no-install-recommends "${missing[@]}")
  if [ "$(id -u)" -ne 0 ]; then
    echo "For the whole test suite run once as root: apt-get ${line[*]}" >&2
    return 0
  fi
  echo "Debian's packages for the tests … about 2 min: ${missing[*]}"
  apt_get update
  apt_get "${line[@]}"
}

# Read by a test with other packages: then nothing runs.
[ "${BASH_SOURCE[0]}" != "$0" ] || main
