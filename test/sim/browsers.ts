import fc from 'fast-check';
import type { AddonRecord } from '../../src/domain/add-on.ts';
import type { ClientObserved } from '../../src/domain/client-event.ts';
import type { ClientKey } from '../../src/domain/client-key.ts';
import { addonRecord, deletionRequested, keyOf, linkRequested, NOON, observed } from './client-events.ts';
import type { Addressed } from './client-simulation.ts';

/** The keys of one browser: that of its legacy id, and those of its Glean ids. */
export interface Browser {
  readonly canonical: ClientKey;
  readonly gleans: readonly ClientKey[];
}

export function browser(number: number, gleans: number): Browser {
  return {
    canonical: keyOf(`browser ${number}`),
    gleans: Array.from({ length: gleans }, (_, i) => keyOf(`browser ${number} glean ${i}`)),
  };
}

export const browsers: fc.Arbitrary<Browser[]> = fc
  .array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 })
  .map((gleans) => gleans.map((count, number) => browser(number, count)));

/** A moment of the day, in milliseconds from noon; few enough that some coincide. */
const moment = fc.integer({ min: -40, max: 40 }).map((n) => n * 1_000_000);

const addon: fc.Arbitrary<AddonRecord> = fc
  .record({
    id: fc.constantFrom('a@x', 'b@x', 'c@x', '{d}', '\u{1f98a}@x', '\uffee@x'),
    version: fc.constantFrom('1.0', '2.0', null),
    userDisabled: fc.constantFrom(true, false, null),
    installDay: fc.constantFrom(null, 20_000, 20_001),
  })
  .map(({ id, ...fields }) => addonRecord(id, fields));

const count = fc.constantFrom(null, 0, 1, 7);

/** A ping of some part of the day, by its own document id. */
export const ping: fc.Arbitrary<ClientObserved> = fc
  .record({
    at: moment,
    documentId: fc.uuid(),
    addons: fc.option(fc.array(addon, { maxLength: 4 })),
    counters: fc.option(
      fc.record({ subsessionSeconds: count, bookmarks: count, tabOpens: count, uris: count, domains: count }),
    ),
    locale: fc.constantFrom('de', 'fr', null),
    city: fc.constantFrom('Berlin', 'Paris', null),
  })
  .map(({ at, locale, city, ...fields }) => observed(at, { ...fields, facts: { locale, city } }));

/** A ping under one of the browser's ids, or under both. */
function pingOf({ canonical, gleans }: Browser): fc.Arbitrary<Addressed[]> {
  return fc
    .record({ ping, glean: fc.constantFrom(...gleans), ids: fc.constantFrom('legacy', 'glean', 'both') })
    .map(({ ping, glean, ids }) => {
      if (ids === 'glean') return [{ key: glean, event: ping }];
      const data = { key: canonical, event: ping };
      if (ids === 'legacy') return [data];
      return [data, { key: glean, event: linkRequested(ping.submittedAt - NOON, canonical) }];
    });
}

/** A deletion after which nothing is ever admitted again, under any of the ids. */
function finalDeletionOf({ canonical, gleans }: Browser): fc.Arbitrary<Addressed[]> {
  return fc
    .record({
      at: moment,
      key: fc.constantFrom(canonical, ...gleans),
      requestId: fc.constantFrom('r1', 'r2', 'r3'),
      origin: fc.constantFrom('client', 'operator'),
    })
    .map(({ at, key, requestId, origin }) => [{ key, event: deletionRequested(at, { requestId, origin }) }]);
}

/** A day of one browser: pings and links, some of them sent twice, and now and then deletions. */
export function dayOfBrowser(browser: Browser): fc.Arbitrary<Addressed[]> {
  return fc
    .record({
      pings: fc.array(pingOf(browser), { minLength: 1, maxLength: 8 }),
      deletions: fc.array(finalDeletionOf(browser), { maxLength: 2 }),
      repeated: fc.array(fc.nat({ max: 20 }), { maxLength: 4 }),
    })
    .map(({ pings, deletions, repeated }) => {
      const events = [...pings, ...deletions].flat();
      return [...events, ...repeated.map((n) => events[n]).filter((event) => event !== undefined)];
    });
}

/** A day of a few browsers. */
export const dayOfPopulation: fc.Arbitrary<Addressed[]> = browsers.chain((all) =>
  fc.tuple(...all.map(dayOfBrowser)).map((days) => days.flat()),
);
