import type { ClientDeletionRequested } from '../domain/client-event.ts';
import { parseClientKey } from '../domain/client-key.ts';
import type { DeletionRequest, Product } from '../domain/deletion.ts';
import { TaarError } from '../domain/errors.ts';
import type { Aggregate, Emitted, Reduction } from './aggregate.ts';

/** Keeps no state. */
type Nothing = never;

/** Hands each deletion that was asked for to every product that holds the client (DESIGN section 7). */
export const deletionFanOut: Aggregate<Nothing, DeletionRequest> = {
  name: 'deletion-fan-out',
  input: 'privacy.deletion.requested.v1',
  changelog: null,
  accepts: (type) => type === 'privacy.DeletionRequest',
  reduce: fanOut,
  submittedAt: (request) => request.requestedAt,
  isExpired: () => false,
};

/** How each product is told. */
const EVENT_OF: Readonly<Record<Product, (key: string, request: DeletionRequest) => Emitted>> = {
  addons: (key, request) => ({
    topic: 'addons.client.event.v1',
    key,
    type: 'addons.ClientDeletionRequested',
    value: addonsDeletion(request),
  }),
};

/** @throws TaarError `key-invalid` (dead-letter) */
function fanOut(key: string, _state: undefined, request: DeletionRequest): Reduction<Nothing> {
  if (parseClientKey(key) === undefined) {
    throw new TaarError('key-invalid', 'dead-letter', 'the key of a deletion request is no client key');
  }
  return { state: undefined, emit: request.products.map((product) => EVENT_OF[product](key, request)) };
}

function addonsDeletion({
  requestId,
  origin,
  requestedAt,
  reopen,
}: DeletionRequest): ClientDeletionRequested {
  return {
    kind: 'deletion-requested',
    createdAt: requestedAt,
    submittedAt: requestedAt,
    requestId,
    origin,
    reopen,
    derivedFrom: null,
  };
}
