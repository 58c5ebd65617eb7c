# What the three scripts of this folder share. Sourced, never run.
#
# Environment of every script (defaults):
#   INFRA_DIR=node_modules/.cache/taar-infra, else a folder in TMPDIR   kept between runs under it: cache/
#   INFRA_RUN=$INFRA_DIR/run/<script>   data, logs and pid files of this one service; `wipe` empties it
#   JAVA=(the first fitting one of JAVA_HOME, PATH, /usr/lib/jvm)   MVN=mvn   M2=(Maven's own repository)
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
NAME=$(basename "$0" .sh)
default_dir() {
  local modules; modules=$HERE/../../node_modules
  if [ -w "$modules" ]; then echo "$(cd "$modules" && pwd)/.cache/taar-infra"; else echo "${TMPDIR:-/tmp}/taar-infra-$(id -u)"; fi
}
INFRA_DIR=${INFRA_DIR:-$(default_dir)}
CACHE=$INFRA_DIR/cache
RUN=${INFRA_RUN:-$INFRA_DIR/run/$NAME}
MVN=${MVN:-mvn}
mkdir -p "$CACHE" "$RUN"

# The last line on stderr is the reason a test run prints: keep it one short sentence.
die() { echo "$NAME: $*" >&2; exit 1; }
need() { command -v "$1" >/dev/null || die "$1 was not found"; }

java_major() { "$1" -version 2>&1 | sed -nE 's/.* version "([0-9]+).*/\1/p' | head -1; }
find_java() { # sets JAVA and JAVA_MAJOR: the first of at least version $1, else the newest from 17 up
  local candidate major best='' best_major=0 candidates=("${JAVA:-}")
  [ -n "${JAVA:-}" ] ||
    candidates=("${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)" /usr/lib/jvm/*/bin/java)
  for candidate in "${candidates[@]}"; do
    if [ -z "$candidate" ] || ! [ -x "$candidate" ]; then continue; fi
    major=$(java_major "$candidate")
    if [ "${major:-0}" -gt "$best_major" ]; then best=$candidate best_major=$major; fi
    if [ "$best_major" -ge "$1" ]; then break; fi
  done
  [ "$best_major" -ge 17 ] || die 'java 17 or newer was not found'
  JAVA=$best JAVA_MAJOR=$best_major
}

maven() { # offline first: a warm repository needs no network. Then -U, for Maven remembers a failed download for a day
  need "$MVN"
  local log=$CACHE/maven-$NAME.log common=(-B -q)
  if [ -n "${M2:-}" ]; then common+=("-Dmaven.repo.local=$M2"); fi
  (cd "$CACHE" && { "$MVN" -o "${common[@]}" "$@" || "$MVN" -U "${common[@]}" "$@"; }) >"$log" 2>&1 ||
    { tail -20 "$log" >&2; die "Maven could not download what it takes (see above)"; }
}

# One download or unpacking at a time: Maven's repository is not made for two writers.
lock_cache() {
  until mkdir "$CACHE/lock" 2>/dev/null; do
    local owner; owner=$(cat "$CACHE/lock/pid" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -rf "$CACHE/lock"; fi
    sleep 0.2
  done
  echo $$ >"$CACHE/lock/pid"
  trap unlock_cache EXIT
}
unlock_cache() { rm -rf "$CACHE/lock"; trap - EXIT; }

command_of() { # the command line of a process; nothing when it is gone or a zombie
  if [ -d /proc/self ]; then tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline"; else ps -o args= -p "$1"; fi 2>/dev/null || true
}
running() { # running PIDFILE MARK: prints the pid. A pid file outlives its process and pids are used again: so the MARK
  local pid; pid=$(cat "$1" 2>/dev/null) || return 1
  case $(command_of "${pid:-none}") in *"$2"*) echo "$pid" ;; *) return 1 ;; esac
}
ended() { # a killed process of many threads (l) is a zombie while the last of them still holds its port
  case $(ps -o stat= -p "$1" 2>/dev/null || cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null) in Z*l*) return 1 ;; ''|Z*) ;; *) return 1 ;; esac
}
suspended() { case $(ps -o stat= -p "$1" 2>/dev/null || cut -d' ' -f3 "/proc/$1/stat") in T*) ;; *) return 1 ;; esac }

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

launch() { # launch PIDFILE LOG COMMAND...: a process of its own, out of our terminal and session
  local pidfile=$1 log=$2; shift 2
  local own_session; own_session=$(command -v setsid || true)
  # it must not keep our descriptors: under "flock FILE kafka.sh up" it would hold the lock for its whole life
  ( for fd in /dev/fd/*; do fd=${fd##*/}; if [ "$fd" -gt 2 ] && [ "$fd" != 255 ]; then eval "exec $fd>&-"; fi; done 2>/dev/null
    # shellcheck disable=SC2086
    exec $own_session nohup "$@" >>"$log" 2>&1 </dev/null ) &
  echo $! >"$pidfile"
  # the pid is our shell's until it becomes the command: before that `running` would call it dead
  for _ in $(seq 100); do case $(command_of $!) in *"$1"*) break ;; esac; sleep 0.01; done
}

stop() { # stop PIDFILE MARK SIGNAL [SECONDS until SIGKILL]
  local pid deadline=$((SECONDS + ${4:-20}))
  if pid=$(running "$1" "$2"); then
    kill "-$3" "$pid" 2>/dev/null || true
    kill -CONT "$pid" 2>/dev/null || true # a suspended process takes no SIGTERM
    # a process that is ending has no command line any more, but may still hold its port
    until ended "$pid"; do
      if [ "$SECONDS" -ge "$deadline" ]; then kill -KILL "$pid" 2>/dev/null || true; fi
      sleep 0.05
    done
  fi
  rm -f "$1"
}
