import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientDeletionRequested } from '../../src/domain/client-event.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { type Browser, browser, dayOfBrowser } from './browsers.ts';
import { addonRecord, deletionRequested, linkRequested, NOON, observed } from './client-events.ts';
import { type Addressed, ClientSimulation } from './client-simulation.ts';

const RUNS = 1_500;
const LATE_MS = 42_000_000;
const BROWSER = browser(0, 3);

const reopeningDeletion: fc.Arbitrary<Addressed> = fc
  .record({
    at: fc.integer({ min: -40, max: 40 }).map((n) => n * 1_000_000 + 500_000),
    key: fc.constantFrom(BROWSER.canonical, ...BROWSER.gleans),
  })
  .map(({ at, key }) => ({ key, event: deletionRequested(at, { origin: 'operator', reopen: true }) }));

/** A day of one browser with reopening deletions, in the order of submission, as the log holds it. */
const day: fc.Arbitrary<Addressed[]> = fc
  .tuple(dayOfBrowser(BROWSER), fc.array(reopeningDeletion, { minLength: 1, maxLength: 3 }))
  .map((events) => events.flat().sort((a, b) => a.event.submittedAt - b.event.submittedAt));

function simulate(events: readonly Addressed[], seed: number): ClientSimulation {
  const simulation = new ClientSimulation();
  simulation.send(events);
  simulation.run(seed);
  return simulation;
}

function deletionsIn(events: readonly Addressed[], key?: string): ClientDeletionRequested[] {
  return events
    .filter((addressed) => key === undefined || addressed.key === key)
    .map(({ event }) => event)
    .filter((event) => event.kind === 'deletion-requested');
}

function isFinal({ origin, reopen }: ClientDeletionRequested): boolean {
  return origin === 'client' || !reopen;
}

/** A ping with both ids for each Glean id, newer than all else. */
function comingBack({ canonical, gleans }: Browser): Addressed[] {
  return gleans.flatMap((glean, i) => [
    { key: canonical, event: observed(LATE_MS + i, { addons: [addonRecord('back@x')] }) },
    { key: glean, event: linkRequested(LATE_MS + i, canonical) },
  ]);
}

/** The submission times of all that a row holds. */
function timesIn(state: Profile | undefined): number[] {
  if (state?.kind !== 'open') return [];
  const { locale, city } = state.facts ?? { locale: null, city: null };
  const facts = [locale, city].filter((fact) => fact !== null).map((fact) => fact.at);
  return [...(state.addons?.addons ?? []).map((addon) => addon.seenAt), ...facts];
}

describe('an operator’s deletion that says reopen', () => {
  it('leaves nothing older under its key, however the keys take turns', () => {
    fc.assert(
      fc.property(day, fc.nat(), (events, seed) => {
        const { states } = simulate(events, seed);
        for (const key of [BROWSER.canonical, ...BROWSER.gleans]) {
          const newest = Math.max(...deletionsIn(events, key).map((event) => event.submittedAt), 0);
          for (const at of timesIn(states.get(key))) expect(at).toBeGreaterThan(newest);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('lets the browser come back as one, unless another deletion was final', () => {
    fc.assert(
      fc.property(day, fc.nat(), (events, seed) => {
        const simulation = simulate(events, seed);
        simulation.send(comingBack(BROWSER));
        simulation.run(seed);
        const { canonical, gleans } = BROWSER;
        const kinds = gleans.map((key) => simulation.states.get(key)?.kind);
        const state = simulation.states.get(canonical);
        if (deletionsIn(events).some(isFinal)) {
          expect([state?.kind, ...kinds]).toEqual(['closed', ...gleans.map(() => 'closed')]);
        } else {
          expect(kinds).toEqual(gleans.map(() => 'alias'));
          expect(state).toMatchObject({ kind: 'open', aliases: [...gleans].sort() });
          expect(timesIn(state)).toContain(NOON + LATE_MS + gleans.length - 1);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
