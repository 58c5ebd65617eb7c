import type { ClientEvent } from '../../domain/client-event.ts';
import { type ClientKey, parseClientKey } from '../../domain/client-key.ts';
import type { EpochMs } from '../../domain/clock.ts';
import { TaarError } from '../../domain/errors.ts';
import { isExpired, type Profile } from '../../domain/profile.ts';
import type { RecordType } from '../../log/record-types.ts';
import { topicSettings } from '../../log/topics.ts';
import type { Aggregate, Reduction } from '../aggregate.ts';
import { requestDeletion } from './deletion.ts';
import { joinAlias, refuseAlias, requestLink } from './linking.ts';
import { observe } from './observation.ts';
import type { Place } from './reduction.ts';

const INPUT = 'addons.client.event.v1';
const ACCEPTED: ReadonlySet<RecordType> = new Set(topicSettings(INPUT).records);

/** Profiles by client key, from pings, links and deletions (DESIGN sections 5 and 6). */
export const addonClient: Aggregate<Profile, ClientEvent> = {
  name: 'addon-client',
  input: INPUT,
  changelog: { topic: 'addons.profile.changed.v1', type: 'addons.Profile' },
  accepts: (type) => ACCEPTED.has(type),
  reduce,
  submittedAt: (event) => event.submittedAt,
  isExpired,
};

/** @throws TaarError `key-invalid` (dead-letter) */
function reduce(
  key: string,
  state: Profile | undefined,
  event: ClientEvent,
  streamTime: EpochMs,
): Reduction<Profile> {
  const place: Place = {
    key: clientKey(key),
    changedAt: Math.max((state?.changedAt ?? 0) + 1, streamTime),
  };
  switch (event.kind) {
    case 'observed':
      return observe(state, event, place);
    case 'link-requested':
      return requestLink(state, event, place);
    case 'alias-joined':
      return joinAlias(state, event, place);
    case 'alias-refused':
      return refuseAlias(state, event, place);
    case 'deletion-requested':
      return requestDeletion(state, event, place);
  }
}

function clientKey(text: string): ClientKey {
  const key = parseClientKey(text);
  if (key === undefined) {
    throw new TaarError('key-invalid', 'dead-letter', 'the key of a client event is no client key');
  }
  return key;
}
