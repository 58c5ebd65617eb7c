#!/usr/bin/env bash
# A schema registry that speaks Confluent's protocol: Apicurio Registry from Maven Central (159 MB once), without Docker.
#   registry.sh prepare   download and unpack      registry.sh up     start, set the compatibility rule, print the URL
#   registry.sh down      orderly stop             registry.sh kill   SIGKILL; `up` again keeps the schemas
#   registry.sh wipe      SIGKILL and delete       registry.sh status
# Environment (defaults), beside that of common.sh:
#   REGISTRY_PORT=8081 (its management port is the next one)   REGISTRY_HEAP=256m   APICURIO_VERSION=(by the Java found)
#   REGISTRY_COMPATIBILITY=BACKWARD   the global rule; Apicurio itself starts with none, Confluent's with BACKWARD
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
PORT=${REGISTRY_PORT:-8081}
BASE=http://127.0.0.1:$PORT/apis/ccompat/v7
PIDFILE=$RUN/registry.pid
LOG=$RUN/registry.log
MARK=$CACHE/apicurio-
START_S=60

prepare() { # sets RUNNER
  need curl
  find_java 21
  # 3.3 is compiled for Java 21, 3.0 for 17
  local version=${APICURIO_VERSION:-$(if [ "$JAVA_MAJOR" -ge 21 ]; then echo 3.3.3; else echo 3.0.9; fi)}
  local app=$CACHE/apicurio-$version
  if ! [ -e "$app" ]; then
    lock_cache
    rm -rf "$app.new"; mkdir -p "$app.new"
    maven dependency:copy "-Dartifact=io.apicurio:apicurio-registry-app:$version:tar.gz:all" "-DoutputDirectory=$app.new"
    tar xzf "$app.new/apicurio-registry-app-$version-all.tar.gz" -C "$app.new"
    rm -f "$app.new/apicurio-registry-app-$version-all.tar.gz"
    # another process may have been first
    if [ -e "$app" ]; then rm -rf "$app.new"; else mv "$app.new" "$app"; fi
    unlock_cache
  fi
  RUNNER=$(find "$app" -maxdepth 1 -name quarkus-run.jar -o -maxdepth 1 -name '*-runner.jar' | head -1)
  [ -n "$RUNNER" ] || die "no runner jar in $app"
}

answers() { curl -fsS -m 2 -o /dev/null "$BASE/subjects" 2>/dev/null; }

start() {
  if running "$PIDFILE" "$MARK" >/dev/null; then return; fi
  if listening "$PORT"; then die "port $PORT is taken by another process"; fi
  # the management listener would be 0.0.0.0:9000
  export QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_PORT=$PORT
  export QUARKUS_MANAGEMENT_HOST=127.0.0.1 QUARKUS_MANAGEMENT_PORT=$((PORT + 1))
  export APICURIO_STORAGE_KIND=sql APICURIO_STORAGE_SQL_KIND=h2
  # what it acknowledged must outlive SIGKILL; H2 by itself writes up to a second later
  export APICURIO_DATASOURCE_URL="jdbc:h2:file:$RUN/db/registry;WRITE_DELAY=0"
  export APICURIO_DATASOURCE_USERNAME=sa APICURIO_DATASOURCE_PASSWORD=sa
  launch "$PIDFILE" "$LOG" "$JAVA" -Xmx"${REGISTRY_HEAP:-256m}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "$RUNNER"
  local deadline=$((SECONDS + START_S))
  until answers; do
    running "$PIDFILE" "$MARK" >/dev/null || { tail -20 "$LOG" >&2; die 'it died while starting'; }
    [ "$SECONDS" -lt "$deadline" ] || { tail -20 "$LOG" >&2; die "it was not ready after $START_S s"; }
    sleep 0.1
  done
}

case "${1:-}" in
  prepare) prepare ;;
  up) prepare; start
    curl -fsS -m 5 -o /dev/null -X PUT -H 'content-type: application/vnd.schemaregistry.v1+json' \
      -d "{\"compatibility\":\"${REGISTRY_COMPATIBILITY:-BACKWARD}\"}" "$BASE/config" || die 'the compatibility rule was refused'
    echo "$BASE" ;;
  down) stop "$PIDFILE" "$MARK" TERM ;;
  kill) stop "$PIDFILE" "$MARK" KILL ;;
  wipe) stop "$PIDFILE" "$MARK" KILL; rm -rf "$RUN/db" "$LOG"; rmdir "$RUN" 2>/dev/null || true ;;
  status) running "$PIDFILE" "$MARK" >/dev/null || die 'not running'; answers || die 'running, but does not answer'; echo "$BASE" ;;
  *) sed -n 2,8p "$0"; exit 2 ;;
esac
