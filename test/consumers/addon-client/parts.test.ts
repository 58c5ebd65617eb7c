import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_ADDONS_PER_PROFILE,
  MAX_DOCUMENTS_PER_DAY,
} from '../../../src/consumers/addon-client/addon-part.ts';
import { mergeParts, mergePing, NO_PARTS, partsOf } from '../../../src/consumers/addon-client/parts.ts';
import { DAY_MS, dayOf } from '../../../src/domain/clock.ts';
import type { ProfileParts } from '../../../src/domain/profile.ts';
import { ping } from '../../sim/browsers.ts';
import { addonRecord, NOON, observed } from '../../sim/client-events.ts';

/** Pings of three days. */
const pings = fc
  .tuple(ping, fc.integer({ min: 0, max: 2 }))
  .map(([event, days]) => ({ ...event, submittedAt: event.submittedAt + days * DAY_MS }));
const parts = fc
  .array(pings, { maxLength: 4 })
  .map((events) => events.map(partsOf).reduce(mergeParts, NO_PARTS));

function idsOf({ addons }: ProfileParts): (string | undefined)[] | undefined {
  return addons?.addons.map((addon) => addon.id);
}

describe('merging parts', () => {
  it('is commutative', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(mergeParts(a, b)).toEqual(mergeParts(b, a));
      }),
    );
  });

  it('is associative', () => {
    fc.assert(
      fc.property(parts, parts, parts, (a, b, c) => {
        expect(mergeParts(mergeParts(a, b), c)).toEqual(mergeParts(a, mergeParts(b, c)));
      }),
    );
  });

  it('is idempotent, and keeps the objects that did not change', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const both = mergeParts(a, b);
        for (const again of [mergeParts(both, a), mergeParts(both, b), mergeParts(both, both)]) {
          expect(again.addons).toBe(both.addons);
          expect(again.counters).toBe(both.counters);
          expect(again.facts).toBe(both.facts);
        }
      }),
    );
  });

  it('keeps the newer day of each part and nothing of the older', () => {
    const old = partsOf(observed(0, { addons: [addonRecord('a@x')], facts: { locale: 'de' } }));
    const next = partsOf(observed(DAY_MS, { addons: [addonRecord('b@x')] }));
    for (const merged of [mergeParts(old, next), mergeParts(next, old)]) {
      expect(merged.addons).toBe(next.addons);
      expect(merged.facts).toBe(old.facts);
    }
  });

  it('takes the record of an add-on that was submitted last', () => {
    const first = observed(1, { addons: [addonRecord('a@x', { version: '2' }), addonRecord('b@x')] });
    const last = observed(2, { addons: [addonRecord('a@x', { version: '1' })] });
    expect(mergeParts(partsOf(last), partsOf(first)).addons?.addons).toMatchObject([
      { id: 'a@x', version: '1', seenAt: NOON + 2 },
      { id: 'b@x', version: '1.0', seenAt: NOON + 1 },
    ]);
  });

  it('orders add-ons by code point and knows each once', () => {
    const named = ['\u{1f98a}', '\uffee', 'b', 'a', 'b'].map((id) => addonRecord(id));
    expect(idsOf(partsOf(observed(0, { addons: named })))).toEqual(['a', 'b', '\uffee', '\u{1f98a}']);
  });

  it('keeps the same add-ons within the limit, whichever comes first', () => {
    const ids = Array.from({ length: 700 }, (_, i) => `addon-${`${i}`.padStart(4, '0')}`);
    const halves = [ids.filter((_, i) => i % 2 === 0), ids.filter((_, i) => i % 2 === 1)].map((half, i) =>
      partsOf(observed(i, { addons: half.map((id) => addonRecord(id)) })),
    );
    const [even = NO_PARTS, odd = NO_PARTS] = halves;
    expect(idsOf(mergeParts(even, odd))).toEqual(ids.slice(0, MAX_ADDONS_PER_PROFILE));
    expect(idsOf(mergeParts(odd, even))).toEqual(ids.slice(0, MAX_ADDONS_PER_PROFILE));
    const whole = partsOf(observed(0, { addons: ids.map((id) => addonRecord(id)).reverse() }));
    expect(idsOf(whole)).toEqual(ids.slice(0, MAX_ADDONS_PER_PROFILE));
  });

  it('keeps a bounded number of pings a day', () => {
    const counters = { subsessionSeconds: 1, bookmarks: null, tabOpens: null, uris: null, domains: null };
    const merged = Array.from({ length: 600 }, (_, i) => observed(i, { counters, addons: [] }))
      .map(partsOf)
      .reduce(mergeParts, NO_PARTS);
    expect(merged.counters?.pings.length).toBe(MAX_DOCUMENTS_PER_DAY);
    expect(merged.addons?.documents.length).toBe(MAX_DOCUMENTS_PER_DAY);
  });
});

describe('merging a ping', () => {
  it('counts the same document once a day', () => {
    const counters = { subsessionSeconds: 1, bookmarks: 2, tabOpens: 3, uris: 4, domains: 5 };
    const event = observed(0, { counters, documentId: 'd' });
    const again = observed(9, { counters, documentId: 'd' });
    const merged = mergePing(partsOf(event), again);
    expect(merged.counters).toEqual({ day: dayOf(NOON), pings: [{ ...counters, documentId: 'd' }] });
  });

  it('gives no part for what the ping is silent about', () => {
    expect(partsOf(observed(0))).toEqual(NO_PARTS);
  });
});
