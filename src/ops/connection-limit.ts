import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';

/** More connections than this are refused: each costs memory and a file descriptor. */
const MAX_CONNECTIONS = 8_192;
/** File descriptors left to the log, the views and all else; without them a view can no longer be written. */
const OTHER_FILES = 512;
/** So many are allowed in any case: a process that takes no connection is of no use. */
const MIN_CONNECTIONS = 64;
/** Beyond this share of the connections idle ones are closed: else those who only hold theirs lock everybody out. */
const CROWDED_SHARE = 0.75;
/** Looking for idle connections looks at all of them: once for so many new ones, as a share of the limit. */
const SWEEP_SHARE = 1 / 64;

/** Limits the connections of a server, and keeps room for new ones: they go before those on which nothing happens. */
export function limitConnections(server: Server, max = connectionsFor(openFileLimit())): void {
  let open = 0;
  let sinceSweep = 0;
  server.maxConnections = max;
  server.on('connection', (socket) => {
    open += 1;
    sinceSweep += 1;
    socket.once('close', () => {
      open -= 1;
    });
    if (open <= CROWDED_SHARE * max || sinceSweep < SWEEP_SHARE * max) return;
    sinceSweep = 0;
    server.closeIdleConnections();
  });
  // A burst fills them all before one has become idle.
  server.on('drop', () => server.closeIdleConnections());
}

/** How many connections a process may take that may open so many files; undefined: nobody says. */
export function connectionsFor(openFiles: number | undefined): number {
  if (openFiles === undefined) return MAX_CONNECTIONS;
  return Math.min(MAX_CONNECTIONS, Math.max(MIN_CONNECTIONS, openFiles - OTHER_FILES));
}

/** The limit of open files of this process; undefined where nobody says. */
function openFileLimit(): number | undefined {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    // Not Linux, where a process learns of its limits only by running into them.
    return undefined;
  }
}
