import { messageOf, TaarError } from '../../domain/errors.ts';
import type { ViewIdentity } from '../identity.ts';
import { type TablePlace, tableName } from './table-place.ts';

/** What was about to be done when Bigtable failed. */
export type TableDeed = 'open' | 'read' | 'write';

/** Codes of gRPC. https://grpc.io/docs/guides/status-codes/ */
export const GRPC = {
  ok: 0,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  failedPrecondition: 9,
  unimplemented: 12,
  unavailable: 14,
} as const;

const REFUSALS: ReadonlySet<number> = new Set([
  GRPC.invalidArgument,
  GRPC.permissionDenied,
  GRPC.failedPrecondition,
  GRPC.unimplemented,
]);

/** A failure with a code of gRPC; how Bigtable refused one row of many. */
export class StatusError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'StatusError';
    this.code = code;
  }
}

/** The gRPC code of a failure; undefined where it has none, as when no credentials were found. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}

/** True when the same call may succeed by itself a little later. */
export function isPassing(error: unknown, place: TablePlace): boolean {
  const known = bigtableError(error, place, 'read');
  return known instanceof TaarError && known.disposition === 'retry';
}

/**
 * A failure of Bigtable as an error with a code: `view-table-missing` or `view-refused` (halt), else
 * `view-unavailable` (retry). What Bigtable says may quote a row's key, so only its code is passed on. A mistake of
 * the program comes back as it is.
 */
export function bigtableError(error: unknown, place: TablePlace, deed: TableDeed): Error {
  if (error instanceof TaarError || error instanceof TypeError || error instanceof RangeError) return error;
  const table = tableName(place);
  const code = statusOf(error);
  if (code === GRPC.notFound) {
    const advice = '`taar topics apply` makes them; are project and instance the right ones?';
    return new TaarError(
      'view-table-missing',
      'halt',
      `${table} or one of its families is missing: ${advice}`,
    );
  }
  if (code !== undefined && REFUSALS.has(code)) {
    const advice = 'the account needs the role Bigtable User there (to make the table: Bigtable Admin)';
    return new TaarError(
      'view-refused',
      'halt',
      `${table} refused to ${deed} (gRPC code ${code}): ${advice}`,
    );
  }
  // Without a code nothing was sent: the message is of this machine and names no row.
  const why = code === undefined ? messageOf(error) : `gRPC code ${code}`;
  const advice = 'it is tried again; see that Bigtable can be reached and credentials are there';
  return new TaarError(
    'view-unavailable',
    'retry',
    `${table} could not be ${PAST[deed]} (${why}): ${advice}`,
  );
}

const PAST: Readonly<Record<TableDeed, string>> = { open: 'opened', read: 'read', write: 'written' };

/** What to do about a table that cannot be used any more. Losing it loses nothing. */
export function rebuildTableAdvice(place: TablePlace, { name }: Pick<ViewIdentity, 'name'>): string {
  return (
    `stop everything that writes to it, delete the table ${tableName(place)}, run \`taar topics apply\`; ` +
    `the next start rebuilds it from ${name}`
  );
}
