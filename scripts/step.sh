# shellcheck shell=bash
# Sourced: one line for each step with the time it took, and what its commands
# said only when they fail.

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

doing=
ended() {
  [ -z "$doing" ] || {
    tail -n 20 "$log" && rm -f "$log"
    echo "${0##*/}: $doing: failed"
  } >&2
}
trap ended EXIT

# step TEXT CMD…
step() {
  local since=${EPOCHREALTIME/[.,]/} tenths
  log=$(mktemp)
  doing=$1
  shift
  "$@" >"$log" 2>&1
  tenths=$(((${EPOCHREALTIME/[.,]/} - since) / 100000))
  printf '%-60s %4d.%d s\n' "$doing" $((tenths / 10)) $((tenths % 10)) >&2
  doing=
  rm -f "$log"
}
