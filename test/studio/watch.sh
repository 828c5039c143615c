#!/bin/sh
# watch.sh LOCK DIR: holds the studio's lock for as long as its standard input is open, then ends every process
# that carries BACKLINE_STUDIO=DIR in its environment (and their descendants) and removes DIR. The pipe closes
# when its owner stops the studio and also when the owner is killed, so nothing outlives a crash. If this
# watcher itself is killed, the kernel frees the lock, and the next watcher first ends what the last one named.
lock=$1 dir=$2 wait_s=$3

marked() { grep -lszxF "BACKLINE_STUDIO=$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3; }

# A browser's helpers overwrite their environment with their title: they are found as descendants.
with_descendants() {
  [ -n "$1" ] && cat /proc/[0-9]*/stat 2>/dev/null | awk -v roots="$1" '
    BEGIN { n = split(roots, r, /[ \n]+/); for (i = 1; i <= n; i++) keep[r[i]] = 1 }
    { pid = $1; sub(/^.*\) /, ""); split($0, f, " "); parent[pid] = f[2]; state[pid] = f[1] }
    END {
      do { grew = 0; for (p in parent) if (!(p in keep) && (parent[p] in keep)) { keep[p] = 1; grew = 1 } } while (grew)
      for (p in keep) if (p in parent && state[p] != "Z") print p
    }'
}

reap() {
  for signal in TERM TERM KILL KILL KILL; do
    pids=$(with_descendants "$(marked "$1")")
    [ -z "$pids" ] && break
    # shellcheck disable=SC2086
    kill -s $signal $pids 2>/dev/null
    tries=0
    while [ $tries -lt 20 ] && [ -n "$(with_descendants "$(marked "$1")")" ]; do tries=$((tries + 1)); sleep 0.05; done
    # Descendants whose marked parent is already gone can only be found by the pids noted before.
    for p in $pids; do [ "$signal" = KILL ] && kill -s KILL "$p" 2>/dev/null; done
  done
  rm -rf "$1"
}

exec 9>>"$lock" || exit 1
flock -w "$wait_s" 9 || { echo busy; exit 2; }
last=$(tail -n 1 "$lock")
case $last in */backline-studio-*) [ "$last" != "$dir" ] && reap "$last" ;; esac
printf '%s\n' "$dir" >"$lock"
# Where a sleeping core wakes late, a graph of 128 frames plays in pieces. As on a computer set up for sound, none sleeps deeply
# meanwhile: the kernel is asked for it as long as this is open.
awake=/dev/cpu_dma_latency
if (: >"$awake") 2>/dev/null; then exec 8>"$awake" && printf '\0\0\0\0' >&8; fi
echo held
cat >/dev/null
reap "$dir"
: >"$lock"
