#!/usr/bin/env bash
# The Bigtable emulator: the binary inside Maven's google-cloud-bigtable-emulator, without Docker or gcloud.
#   bigtable.sh prepare   download and unpack       bigtable.sh up       start, print host:port
#   bigtable.sh down      stop                      bigtable.sh kill     SIGKILL
#   bigtable.sh suspend   SIGSTOP                   bigtable.sh resume   SIGCONT
#   bigtable.sh wipe      SIGKILL and delete        bigtable.sh status
# It keeps everything in memory: suspend it to play an outage, for killing it loses all tables.
# Environment (defaults), beside that of common.sh:   BIGTABLE_PORT=8086   BIGTABLE_VERSION=0.220.0
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
PORT=${BIGTABLE_PORT:-8086}
VERSION=${BIGTABLE_VERSION:-0.220.0}
BINARY=$CACHE/cbtemulator-$VERSION
PIDFILE=$RUN/bigtable.pid
LOG=$RUN/bigtable.log
START_S=5

platform() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo bigtable-linux-x86_64 ;;
    Linux-aarch64) echo bigtable-linux-arm ;;
    Darwin-x86_64) echo bigtable-darwin-x86_64 ;;
    Darwin-arm64) echo bigtable-darwin-arm ;;
    *) die 'there is no emulator for this platform' ;;
  esac
}
prepare() {
  if [ -x "$BINARY" ]; then return; fi
  need unzip
  find_java 17 # Maven runs on it
  local folder; folder=$(platform)
  lock_cache
  maven dependency:copy "-Dartifact=com.google.cloud:google-cloud-bigtable-emulator:$VERSION:jar" "-DoutputDirectory=$CACHE"
  local jar=$CACHE/google-cloud-bigtable-emulator-$VERSION.jar
  unzip -p "$jar" "gcloud/$folder/platform/bigtable-emulator/cbtemulator" >"$BINARY.new"
  chmod +x "$BINARY.new"
  mv "$BINARY.new" "$BINARY"
  rm -f "$jar"
  unlock_cache
}
start() {
  if running "$PIDFILE" "$BINARY" >/dev/null; then return; fi
  if listening "$PORT"; then die "port $PORT is taken by another process"; fi
  launch "$PIDFILE" "$LOG" "$BINARY" -host 127.0.0.1 -port "$PORT"
  local deadline=$((SECONDS + START_S))
  until listening "$PORT"; do
    running "$PIDFILE" "$BINARY" >/dev/null || { tail -5 "$LOG" >&2; die 'it died while starting'; }
    [ "$SECONDS" -lt "$deadline" ] || die "it does not listen after $START_S s"
    sleep 0.02
  done
}
signal() { local pid; pid=$(running "$PIDFILE" "$BINARY") || die 'not running'; kill "-$1" "$pid"; }

case "${1:-}" in
  prepare) prepare ;;
  up) prepare; start; echo "127.0.0.1:$PORT" ;;
  down) stop "$PIDFILE" "$BINARY" TERM ;;
  kill) stop "$PIDFILE" "$BINARY" KILL ;;
  suspend) signal STOP ;;
  resume) signal CONT ;;
  wipe) stop "$PIDFILE" "$BINARY" KILL; rm -f "$LOG"; rmdir "$RUN" 2>/dev/null || true ;;
  status) running "$PIDFILE" "$BINARY" >/dev/null || die 'not running'; echo "127.0.0.1:$PORT" ;;
  *) sed -n 2,8p "$0"; exit 2 ;;
esac
