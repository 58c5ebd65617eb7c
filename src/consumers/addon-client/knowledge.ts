import type { ClientDeletionRequested } from '../../domain/client-event.ts';
import type { ClientKey } from '../../domain/client-key.ts';
import type { ClosedProfile } from '../../domain/profile.ts';
import { mergeTexts } from '../../domain/sorted-list.ts';
import type { Emitted } from '../aggregate.ts';
import { widened } from './fence.ts';
import { deletion } from './reduction.ts';

/** The requests that one row answers; one key is deleted a few times in its life, and a row must not grow. */
export const MAX_REQUESTS_PER_ROW = 16;

/**
 * What a closed row knows of the deletions of its browser. It only grows, and `mergeKnowledge` is associative,
 * commutative and idempotent: so all keys of a browser end up knowing the same, whichever hears first.
 */
export type Knowledge = Pick<ClosedProfile, 'final' | 'fence' | 'reason' | 'requestIds'>;

/** What one request tells. A client's own wish is final; so is an operator's that does not say `reopen`. */
export function knowledgeOf(event: ClientDeletionRequested): Knowledge {
  return {
    final: event.origin === 'client' || !event.reopen,
    fence: widened(null, event),
    reason: event.origin,
    requestIds: [event.requestId],
  };
}

/** What two know together; `a` itself where `b` adds nothing. */
export function mergeKnowledge<K extends Knowledge>(a: K, b: Knowledge): K {
  const final = a.final || b.final;
  const fence = widened(a.fence, b.fence);
  const reason = a.reason === 'client' ? a.reason : b.reason;
  const requestIds = mergeTexts(a.requestIds, b.requestIds, MAX_REQUESTS_PER_ROW);
  const grown = final !== a.final || fence !== a.fence || reason !== a.reason || requestIds !== a.requestIds;
  return grown ? { ...a, final, fence, reason, requestIds } : a;
}

/** Tells another key of the browser one request, as it was made. */
export function derived(event: ClientDeletionRequested, from: ClientKey, to: ClientKey): Emitted {
  return deletion({ ...event, derivedFrom: from }, to);
}

/** Tells another key of the browser all that a closed row knows: an event for each request. */
export function allDerived(known: Knowledge, from: ClientKey, to: ClientKey): readonly Emitted[] {
  const { fence, reason, final } = known;
  return known.requestIds.map((requestId) =>
    deletion(
      {
        kind: 'deletion-requested',
        createdAt: fence.createdAt,
        submittedAt: fence.submittedAt,
        requestId,
        origin: reason,
        reopen: !final,
        derivedFrom: from,
      },
      to,
    ),
  );
}
