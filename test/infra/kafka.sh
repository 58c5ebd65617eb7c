#!/usr/bin/env bash
# Apache Kafka (KRaft) from Maven Central, without Docker.
#   kafka.sh prepare           resolve the jars (65 MB once; afterwards no Maven run)
#   kafka.sh up                format if needed, start KAFKA_NODES brokers, each a controller too; wait; print the brokers
#   kafka.sh down [node]       orderly stop            kafka.sh kill [node]     SIGKILL
#   kafka.sh start [node]      start again, data kept  kafka.sh wipe            SIGKILL and delete the data
#   kafka.sh suspend [node]    SIGSTOP                 kafka.sh resume [node]   SIGCONT
#   kafka.sh status            one line a node; fails unless all answer
# Environment (defaults), beside that of common.sh:
#   KAFKA_PORT=9092   KAFKA_NODES=1   KAFKA_HEAP=512m   KAFKA_PROPERTIES='a=b;c=d' more lines of the configuration
# Ports on 127.0.0.1: clients of node i at KAFKA_PORT + 2(i-1); its controller at that + 1.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
PORT=${KAFKA_PORT:-9092}
NODES=${KAFKA_NODES:-$(cat "$RUN/nodes" 2>/dev/null || echo 1)}
HEAP=${KAFKA_HEAP:-512m}
CLUSTER_ID=AAAAAAAAQACAAAAAAAAAAQ # 16 bytes, base64url; fixed, so that restarts match
START_S=60
client_port() { echo $((PORT + 2 * ($1 - 1))); }
mark() { echo "kafka.Kafka $RUN/node-$1.properties"; }
node_pid() { running "$RUN/node-$1.pid" "$(mark "$1")"; }
each() { if [ -n "${2:-}" ]; then "$1" "$2"; else local i; for i in $(seq "$NODES"); do "$1" "$i"; done; fi; }

all_there() { local jar jars; [ -s "$1" ] || return 1; IFS=: read -ra jars <"$1"
  for jar in "${jars[@]}"; do [ -s "$jar" ] || return 1; done; }
classpath() { # sets CP; runs Maven only when the remembered list is missing, older than the pom or names a jar that is gone
  find_java 17
  local list=$CACHE/kafka-classpath.txt
  if [ "$HERE/pom.xml" -nt "$list" ] || ! all_there "$list"; then
    lock_cache
    maven -f "$HERE/pom.xml" dependency:build-classpath "-Dmdep.outputFile=$list.new"
    mv "$list.new" "$list"
    unlock_cache
  fi
  CP=$(cat "$list")
}

write_config() { local i=$1 voters='' n replicas=$((NODES < 3 ? NODES : 3)) in_sync=$((NODES < 3 ? 1 : 2))
  for n in $(seq "$NODES"); do voters+="${voters:+,}$n@127.0.0.1:$(($(client_port "$n") + 1))"; done
  { cat <<P
process.roles=broker,controller
node.id=$i
controller.quorum.voters=$voters
listeners=PLAINTEXT://127.0.0.1:$(client_port "$i"),CONTROLLER://127.0.0.1:$(($(client_port "$i") + 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$(client_port "$i")
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$RUN/node-$i
auto.create.topics.enable=false
# internal topics: the defaults want 3 replicas and 50 partitions, which one node cannot give
offsets.topic.replication.factor=$replicas
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=$replicas
transaction.state.log.min.isr=$in_sync
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=$replicas
share.coordinator.state.topic.min.isr=$in_sync
share.coordinator.state.topic.num.partitions=4
default.replication.factor=$replicas
min.insync.replicas=$in_sync
# tests: the first member of a group is not made to wait 3 s; short sessions are allowed (the default minimum is 6 s)
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
# after kill -9 the controller refuses the new incarnation until the old one's session ends (default 9 s): back in 5 s, not 12
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
# small machine
num.network.threads=2
num.io.threads=4
background.threads=2
log.cleaner.threads=1
log.cleaner.dedupe.buffer.size=16777216
num.recovery.threads.per.data.dir=2
log.initial.task.delay.ms=1000
P
    if [ -n "${KAFKA_PROPERTIES:-}" ]; then tr ';' '\n' <<<"$KAFKA_PROPERTIES"; fi; } >"$RUN/node-$i.properties"
  cat >"$RUN/log4j2.properties" <<'L'
status=error
rootLogger.level=info
rootLogger.appenderRef.c.ref=c
appender.c.type=Console
appender.c.name=c
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=[%d] %p %m (%c)%n
L
}

format() { local i=$1
  if [ -s "$RUN/node-$i/meta.properties" ]; then return 0; fi
  "$JAVA" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dlog4j2.configurationFile="$RUN/log4j2.properties" -cp "$CP" \
    kafka.tools.StorageTool format -t "$CLUSTER_ID" -c "$RUN/node-$i.properties" --ignore-formatted \
    >"$RUN/format-$i.log" 2>&1 || { cat "$RUN/format-$i.log" >&2; die 'the data folder could not be formatted'; }
}

start_node() { local i=$1
  if node_pid "$i" >/dev/null; then return 0; fi
  if listening "$(client_port "$i")"; then die "port $(client_port "$i") is taken by another process"; fi
  launch "$RUN/node-$i.pid" "$RUN/node-$i.log" "$JAVA" -Xms"$HEAP" -Xmx"$HEAP" -XX:+UseG1GC -XX:MaxGCPauseMillis=20 \
    -Djava.awt.headless=true -XX:+ExitOnOutOfMemoryError -Dlog4j2.configurationFile="$RUN/log4j2.properties" \
    -cp "$CP" kafka.Kafka "$RUN/node-$i.properties"
}

# Metadata v1 with a null topic list; prints how many brokers the node knows. No client needed.
brokers_seen() { local head limit; limit=$(command -v timeout || true)
  # "if { exec } 2>/dev/null" and not "exec … 2>/dev/null || …": the latter would silence stderr for good
  if { exec 9<>"/dev/tcp/127.0.0.1/$(client_port "$1")"; } 2>/dev/null; then
    printf '\x00\x00\x00\x12\x00\x03\x00\x01\x00\x00\x00\x07\x00\x04ksh1\xff\xff\xff\xff' >&9
    head=$(${limit:+"$limit" 2} head -c 12 <&9 | od -An -tx1 | tr -d ' \n') || true
    exec 9<&- 9>&-
    if [ ${#head} = 24 ] && [ "${head:8:8}" = 00000007 ]; then echo $((16#${head:16:8})); return 0; fi
  fi
  echo 0
}
awake() { local i pid count=0; for i in $(seq "$NODES"); do
    if pid=$(node_pid "$i") && ! suspended "$pid"; then count=$((count + 1)); fi; done; echo "$count"; }
wait_for() { local i=$1 deadline=$((SECONDS + START_S)) # until it knows every broker that runs: one killed on purpose is not waited for
  until [ "$(brokers_seen "$i")" -ge "$(awake)" ]; do
    node_pid "$i" >/dev/null || { tail -30 "$RUN/node-$i.log" >&2; die "node $i died while starting"; }
    [ "$SECONDS" -lt "$deadline" ] || { tail -30 "$RUN/node-$i.log" >&2; die "node $i was not ready after $START_S s"; }
    sleep 0.1
  done
}

bootstrap() { local list='' i; for i in $(seq "$NODES"); do list+="${list:+,}127.0.0.1:$(client_port "$i")"; done; echo "$list"; }
end_node() { stop "$RUN/node-$1.pid" "$(mark "$1")" TERM & }
kill_node() { stop "$RUN/node-$1.pid" "$(mark "$1")" KILL & }
signal_node() { local pid; pid=$(node_pid "$2") || die "node $2 is not running"; kill "-$1" "$pid"; }
suspend_node() { signal_node STOP "$1"; }
resume_node() { signal_node CONT "$1"; }
describe_node() { local seen; seen=$(brokers_seen "$1"); echo "node $1 pid $(node_pid "$1" || echo -) knows $seen brokers"
  [ "$seen" = "$NODES" ]; }

case "${1:-}" in
  prepare) classpath ;;
  up) classpath; echo "$NODES" >"$RUN/nodes"; each write_config; each format; each start_node; each wait_for; bootstrap ;;
  start) classpath; each start_node "${2:-}"; each wait_for "${2:-}"; bootstrap ;;
  down) each end_node "${2:-}"; wait ;;
  kill) each kill_node "${2:-}"; wait ;;
  suspend) each suspend_node "${2:-}" ;;
  resume) each resume_node "${2:-}" ;;
  wipe) each kill_node; wait; rm -rf "$RUN"/node-* "$RUN"/format-* "$RUN/nodes" "$RUN/log4j2.properties"; rmdir "$RUN" 2>/dev/null || true ;;
  status) each describe_node ;;
  *) sed -n 2,13p "$0"; exit 2 ;;
esac
