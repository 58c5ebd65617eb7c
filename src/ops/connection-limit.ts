import type { Server } from 'node:http';

/** More connections than this are refused: each costs memory and a file descriptor. */
const MAX_CONNECTIONS = 8_192;
/** File descriptors left to the log, the views and all else; without them a view can no longer be written. */
const OTHER_FILES = 512;
/** So many are allowed in any case: a process that takes no connection is of no use. */
const MIN_CONNECTIONS = 64;
/** Beyond this share of the connections idle ones are closed: else those who only hold theirs lock everybody out. */
const CROWDED_SHARE = 0.75;
/** Looking for idle connections looks at all of them, so not for each new one. */
const SWEEP_PAUSE_MS = 100;

/** Limits the connections of a server, and keeps room for new ones: they go before those on which nothing happens. */
export function limitConnections(server: Server, max = connectionsFor(openFileLimit())): void {
  let open = 0;
  let sweptAt = Number.NEGATIVE_INFINITY;
  server.maxConnections = max;
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
    if (open <= CROWDED_SHARE * max || performance.now() - sweptAt < SWEEP_PAUSE_MS) return;
    sweptAt = performance.now();
    server.closeIdleConnections();
  });
}

/** How many connections a process may take that may open so many files; undefined: as many as it likes. */
export function connectionsFor(openFiles: number | undefined): number {
  if (openFiles === undefined) return MAX_CONNECTIONS;
  return Math.min(MAX_CONNECTIONS, Math.max(MIN_CONNECTIONS, openFiles - OTHER_FILES));
}

/** The limit of open files of this process; undefined where there is none or nobody knows it. */
function openFileLimit(): number | undefined {
  const { report } = process;
  if (report === undefined) return undefined;
  const limits = (report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } }).userLimits;
  const soft = Number(limits?.open_files?.soft);
  return Number.isFinite(soft) ? soft : undefined;
}
