import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { browser, dayOfBrowser, dayOfPopulation } from './browsers.ts';
import { statesAfter } from './client-simulation.ts';

const RUNS = 1_500;

/** Some events, and the same in another order. */
const shuffled = dayOfPopulation.chain((events) =>
  fc.tuple(
    fc.constant(events),
    fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
  ),
);

describe('the events of one day', () => {
  it('give the same states however the keys take turns', () => {
    fc.assert(
      fc.property(dayOfPopulation, fc.nat(), fc.nat(), (events, one, other) => {
        expect(statesAfter(events, one)).toEqual(statesAfter(events, other));
      }),
      { numRuns: RUNS },
    );
  });

  it('give the same states in any order: links, pings, repeats and deletions before and after each other', () => {
    fc.assert(
      fc.property(shuffled, fc.nat(), fc.nat(), ([events, others], one, other) => {
        expect(statesAfter(events, one)).toEqual(statesAfter(others, other));
      }),
      { numRuns: RUNS },
    );
  });

  it('give the same states when all of them come again', () => {
    fc.assert(
      fc.property(shuffled, fc.nat(), ([events, others], seed) => {
        expect(statesAfter([...events, ...others], seed)).toEqual(statesAfter(events, seed));
      }),
      { numRuns: RUNS },
    );
  });

  it('leave nothing of a browser that is linked and was deleted under any of its ids', () => {
    const linked = browser(0, 2);
    const day = dayOfBrowser(linked).filter((events) =>
      events.some(({ event }) => event.kind === 'deletion-requested'),
    );
    fc.assert(
      fc.property(day, fc.nat(), (events, seed) => {
        const links = linked.gleans.map((key) => ({
          key,
          event: {
            kind: 'link-requested',
            createdAt: 1,
            submittedAt: 1,
            canonical: linked.canonical,
          } as const,
        }));
        const states = statesAfter([...events, ...links], seed);
        const keys = [linked.canonical, ...linked.gleans];
        expect(keys.map((key) => states[key]?.kind)).toEqual(keys.map(() => 'closed'));
      }),
      { numRuns: RUNS },
    );
  });
});
