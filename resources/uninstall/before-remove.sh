#!/bin/sh
# Runs as root before a Debian package's files go: takes Bulkhead off the engines of everybody who used it on this machine.
# A newer version that takes the place of this one says "upgrade", and everything stays in force.
set -u
[ "${1:-}" = remove ] || exit 0
program=/opt/Bulkhead/bulkhead
[ -x "$program" ] || exit 0
getent passwd | while IFS=: read -r user _ uid _ _ home _; do
  [ -d "$home/.config/bulkhead/policies" ] || continue
  echo "Bulkhead: removing its rules from the engines of $user"
  # Chromium runs for root without its sandbox or not at all; it opens no page here.
  sandbox=
  [ "$uid" = 0 ] && sandbox=--no-sandbox
  # Without a display; an engine that does not answer must not keep the package from being removed.
  timeout 300 runuser -u "$user" -- env HOME="$home" "$program" $sandbox --ozone-platform=headless --disable-gpu --clear-engines </dev/null ||
    echo "Bulkhead: some engines of $user were not cleared. Install it again and run: $program --clear-engines" >&2
done
exit 0
