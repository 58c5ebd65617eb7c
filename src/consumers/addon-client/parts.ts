import type { ClientObserved } from '../../domain/client-event.ts';
import { type Day, dayOf } from '../../domain/clock.ts';
import { documentMark } from '../../domain/document-mark.ts';
import type { ProfileParts } from '../../domain/profile.ts';
import { addonPartOf, mergeAddonsOfDay } from './addon-part.ts';
import { mergeCountersOfDay } from './counter-part.ts';
import { factPartOf, mergeFactsOfDay } from './fact-part.ts';

/** What is known of a client that has told nothing. */
export const NO_PARTS: ProfileParts = { addons: null, counters: null, facts: null };

/** What one ping says, as parts of the day of its submission; null where it does not speak about a part. */
export function partsOf(event: ClientObserved): ProfileParts {
  const day = dayOf(event.submittedAt);
  const mark = documentMark(event.documentId);
  const { addons, counters, documentId, submittedAt } = event;
  return {
    addons: addons === null ? null : addonPartOf(addons, day, mark, submittedAt),
    counters: counters === null ? null : { day, pings: [{ ...counters, documentId }] },
    facts: factPartOf(event.facts, day, mark, submittedAt),
  };
}

/**
 * The parts that two sources know together (DESIGN section 6): of each part the newer day, within a day the rules
 * of spec/taar-training.md section 2.3 "latest". Associative, commutative and idempotent, so that the order in
 * which pings arrive cannot matter. Each part of `a` that `b` does not change is returned as the same object.
 */
export function mergeParts(a: ProfileParts, b: ProfileParts): ProfileParts {
  return {
    addons: mergeByDay(a.addons, b.addons, mergeAddonsOfDay),
    counters: mergeByDay(a.counters, b.counters, mergeCountersOfDay),
    facts: mergeByDay(a.facts, b.facts, mergeFactsOfDay),
  };
}

/** `mergeParts` with a ping, which changes no part that it is in already: a ping that is sent again is no news. */
export function mergePing(parts: ProfileParts, event: ClientObserved): ProfileParts {
  const { addons, counters, facts } = partsOf(event);
  return mergeParts(parts, {
    addons: isIn(parts.addons, addons) ? null : addons,
    counters,
    facts: isIn(parts.facts, facts) ? null : facts,
  });
}

interface Dated {
  readonly day: Day;
}

function mergeByDay<P extends Dated>(a: P | null, b: P | null, mergeOfDay: (a: P, b: P) => P): P | null {
  if (a === null || b === null) return a ?? b;
  if (a.day !== b.day) return a.day > b.day ? a : b;
  return mergeOfDay(a, b);
}

interface Documented extends Dated {
  readonly documents: readonly number[];
}

/** True when the one ping that `ping` stands for is in `part`. */
function isIn(part: Documented | null, ping: Documented | null): boolean {
  const [mark] = ping?.documents ?? [];
  return part !== null && part.day === ping?.day && mark !== undefined && part.documents.includes(mark);
}
