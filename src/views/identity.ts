import { TaarError } from '../domain/errors.ts';

/** What a view is a view of. */
export interface ViewIdentity {
  readonly logId: string;
  /** The changelog topic. */
  readonly name: string;
}

/** Where a store keeps its identity. */
export interface IdentityStore {
  read(): Promise<string | undefined>;
  write(identity: string): Promise<void>;
  /** True where nothing was ever written to it. */
  isEmpty(): Promise<boolean>;
}

/** A store as it is named to people. */
export interface IdentifiedPlace {
  /** Raised whenever the layout of the store changes; older views are then rebuilt. */
  readonly format: number;
  /** Its folder or table, at the start of a sentence. */
  readonly place: string;
  /** What to do to have the view rebuilt. */
  readonly rebuildAdvice: string;
}

/**
 * Marks a new view as belonging to a log and topic, or checks that this one does: positions of one log mean
 * nothing in another.
 * @throws TaarError `view-of-another-log` or `view-format-unknown` (halt)
 */
export async function claim(
  store: IdentityStore,
  identity: ViewIdentity,
  place: IdentifiedPlace,
): Promise<void> {
  const found = await store.read();
  if (found === undefined && (await store.isEmpty())) await store.write(textOf(identity, place.format));
  else checkIdentity(found, identity, place);
}

/** Throws, as `claim` does, unless the identity that was found is this one. */
export function checkIdentity(
  found: string | undefined,
  identity: ViewIdentity,
  { format, place, rebuildAdvice }: IdentifiedPlace,
): void {
  if (found === textOf(identity, format)) return;
  const { name } = identity;
  if (formatOf(found) !== format) {
    const what = `the view of ${name} was written in a form that this version does not read`;
    throw new TaarError('view-format-unknown', 'halt', `${what}: ${rebuildAdvice}`);
  }
  const what = `${place} holds a view of another log or topic than this ${name}`;
  const advice = `if the log was lost or replaced, bring it back; else ${rebuildAdvice}`;
  throw new TaarError('view-of-another-log', 'halt', `${what}: ${advice}`);
}

function textOf({ logId, name }: ViewIdentity, format: number): string {
  return JSON.stringify({ format, log: logId, topic: name });
}

function formatOf(identity: string | undefined): unknown {
  try {
    return (JSON.parse(identity ?? '{}') as { format?: unknown }).format;
  } catch {
    return undefined;
  }
}
