import type { CounterPart, PingCounters } from '../../domain/profile.ts';
import { mergeAscending } from '../../domain/sorted-list.ts';
import { compareCodePoints } from '../../domain/text-order.ts';
import { MAX_DOCUMENTS_PER_DAY } from './addon-part.ts';

/** Two parts of the same day: every ping once. */
export function mergeCountersOfDay(a: CounterPart, b: CounterPart): CounterPart {
  const pings = mergeAscending(a.pings, b.pings, compareDocuments, smaller, MAX_DOCUMENTS_PER_DAY);
  return pings === a.pings ? a : { day: a.day, pings };
}

function compareDocuments(a: PingCounters, b: PingCounters): number {
  return compareCodePoints(a.documentId, b.documentId);
}

/** One document says the same each time it comes; should two differ, the smaller stays, whichever came first. */
function smaller(a: PingCounters, b: PingCounters): PingCounters {
  const difference =
    compareCounts(a.subsessionSeconds, b.subsessionSeconds) ||
    compareCounts(a.bookmarks, b.bookmarks) ||
    compareCounts(a.tabOpens, b.tabOpens) ||
    compareCounts(a.uris, b.uris) ||
    compareCounts(a.domains, b.domains);
  return difference <= 0 ? a : b;
}

function compareCounts(a: number | null, b: number | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return a - b;
}
