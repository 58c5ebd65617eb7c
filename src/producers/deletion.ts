import type { ClientKey } from '../domain/client-key.ts';
import type { Clock } from '../domain/clock.ts';
import { PRODUCTS } from '../domain/deletion.ts';
import type { EventLog } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';

export interface DeletionDependencies {
  readonly log: Pick<EventLog, 'append'>;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  /** Makes the request id. */
  readonly newId: () => string;
}

/**
 * Asks, as the operator, for the deletion of a client from every product. With `reopen` the client may come back with
 * what it makes and submits afterwards. Returns the request id, under which receipts will appear; it is durable then.
 */
export async function requestDeletion(
  { log, codec, clock, newId }: DeletionDependencies,
  key: ClientKey,
  { reopen }: { readonly reopen: boolean },
): Promise<string> {
  const requestId = newId();
  const value = codec.encode('privacy.DeletionRequest', {
    requestId,
    origin: 'operator',
    requestedAt: clock(),
    reopen,
    products: PRODUCTS,
  });
  await log.append([{ topic: 'privacy.deletion.requested.v1', key, value }]);
  return requestId;
}
