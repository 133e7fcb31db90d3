# shellcheck shell=bash
# What several of the scripts need. To be sourced, from the checkout's top folder.

# Says what is wrong and what to do about it, and ends the script.
#   die MESSAGE [EXIT_STATUS]
die() {
  printf '\n%s: %s\n' "${0##*/}" "$1" >&2
  exit "${2:-1}"
}

# Says that an option is wrong and how the script is called. $usage is the script's own.
die_of_usage() {
  printf '%s: %s\n\n%s\n' "${0##*/}" "$1" "${usage:-}" >&2
  exit 2
}

# Prints the path of the first Python that is new enough; fails when there is none.
find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  return 1
}

# Prints the time in tenths of a second. Bash 3.2 of macOS knows no EPOCHREALTIME.
tenths() {
  local now=${EPOCHREALTIME:-$SECONDS.0}
  now=${now/,/.}
  printf '%s%s\n' "${now%.*}" "$(printf '%.1s' "${now#*.}")"
}

# Prints the seconds since a time that tenths() printed.
seconds_since() {
  local passed=$(($(tenths) - $1))
  printf '%d.%d s' $((passed / 10)) $((passed % 10))
}

# Runs a command as one line of progress. What it writes goes to the file $log; when it fails, the
# end of that is shown with what a person can do, and the script ends.
#   step DESCRIPTION WHAT_TO_DO COMMAND [ARGUMENT...]
step() {
  local description=$1 advice=$2 begin status=0
  shift 2
  begin=$(tenths)
  printf '  %-58s ' "$description"
  printf '\n== %s\n' "$description" >>"${log:?}"
  # Not in a condition: bash would then go on after a failure within the command.
  set +e
  (
    set -e
    "$@"
  ) >>"$log" 2>&1
  status=$?
  set -e
  if ((status == 0)); then
    printf '%8s\n' "$(seconds_since "$begin")"
    return
  fi
  printf '  FAILED\n\n' >&2
  tail -n 30 "$log" | sed 's/^/    /' >&2
  die "\"$description\" failed; all of its output is in $log
$advice" "$status"
}
