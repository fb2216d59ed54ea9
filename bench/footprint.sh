#!/bin/sh
# Measures the cost of a node: time to the first frame, memory, CPU. Prints a Markdown table.
#   bench/footprint.sh [SECONDS]     duration of the CPU measurement, default 60; needs Linux, curl and the jar built by ./muster
set -eu

seconds=${1:-60}
settle=60 # warm-up of the JIT compiler
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
main=127.0.0.1:19090
rest=127.0.0.1:19081
cluster=19701
node=
trap 'stop; rm -rf "$work"' EXIT INT TERM

millis() { echo $(($(date +%s%N) / 1000000)); }

start() { # arguments of muster
  "$root/muster" --set data.dir="$work/data" --set api.listen.main=$main --set api.listen.rest=$rest \
    --set api.listen.usage=off --set api.listen.socktop=off "$@" >"$work/out" 2>&1 &
  node=$!
}

stop() {
  [ -n "$node" ] || return 0
  kill "$node" 2>/dev/null || true
  wait "$node" 2>/dev/null || true
  node=
}

start_timed() { # name
  started=$(millis)
  start
  until curl -sf -o "$work/frame" "http://$main/snapshot"; do sleep 0.02; done
  echo "| serve: first frame, $1 | $(($(millis) - started)) ms |"
}

cpu_millis() { # user and system time of the JVM so far
  awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print int(($12 + $13) * 1000 / hz) }' "/proc/$node/stat"
}

rss_megabytes() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$node/status"; }

postgres_pss_megabytes() {
  postmaster=$(head -n 1 "$work/data/database-17/postmaster.pid")
  for pid in $postmaster $(pgrep -P "$postmaster"); do cat "/proc/$pid/smaps_rollup"; done |
    awk '/^Pss:/ { sum += $2 } END { print int(sum / 1024) }'
}

measure() { # name
  sleep "$settle"
  before=$(cpu_millis)
  sleep "$seconds"
  used=$(($(cpu_millis) - before))
  ticks=$((seconds / 3))
  echo "| $1: RSS | $(rss_megabytes) MB |"
  echo "| $1: CPU over $seconds s | $(awk -v u="$used" -v s="$seconds" 'BEGIN { printf "%.2f", u / s / 10 }') % of a core |"
  echo "| $1: CPU per tick, total | $(awk -v u="$used" -v t="$ticks" 'BEGIN { printf "%.1f", u / t }') ms |"
}

measure_member() { # name
  start --roles api,aggregator,registry --set cluster.listen=127.0.0.1:$cluster
  server_node=$node
  start --data "$work/member" --roles collector --join 127.0.0.1:$cluster
  measure "$1"
  stop
  node=$server_node
  stop
}

"$root/muster" version >/dev/null
echo "| measurement | value |"
echo "| --- | --- |"
start_timed "empty data directory"
sleep 10 # the database is initialized in the background
stop
start_timed "second start"
measure serve
echo "| embedded PostgreSQL: PSS of all processes | $(postgres_pss_megabytes) MB |"
stop
start --roles collector
measure "collector alone"
stop
measure_member "collector as a member of a cluster of two"
MUSTER_CLUSTER_SECRET=$("$root/muster" cluster secret)
export MUSTER_CLUSTER_SECRET
measure_member "the same with a secret"
