#!/usr/bin/env bash
# The step of action.yml. Everything comes in through PROPOLIS_… variables; nothing of it is ever evaluated.
set -euo pipefail

if [ ! -x "$PROPOLIS_VENV/bin/propolis" ]; then
  "$PROPOLIS_PYTHON" -m venv "$PROPOLIS_VENV"
  "$PROPOLIS_VENV/bin/python" -m pip install --quiet --disable-pip-version-check \
    -c "$PROPOLIS_ACTION/constraints.txt" "$PROPOLIS_ACTION[grpc]"
fi

options=(--format "$PROPOLIS_FORMAT")
[ -z "$PROPOLIS_CILIUM" ] || options+=(--cilium "$PROPOLIS_CILIUM")
[ -z "$PROPOLIS_CONFIG" ] || options+=(--config "$PROPOLIS_CONFIG")
[ -z "$PROPOLIS_OUTPUT" ] || options+=(--output "$PROPOLIS_OUTPUT")
while IFS= read -r setting; do
  [ -z "$setting" ] || options+=(--setting "$setting")
done <<< "$PROPOLIS_SETTINGS"
paths=()
while IFS= read -r path; do
  [ -z "$path" ] || paths+=("$path")
done <<< "$PROPOLIS_PATHS"

code=0
"$PROPOLIS_VENV/bin/propolis" check "${options[@]}" -- "${paths[@]}" || code=$?
echo "exit-code=$code" >> "$GITHUB_OUTPUT"
if [ "$code" -eq 1 ] && [ "$PROPOLIS_FAIL" = false ]; then
  code=0
fi
exit "$code"
