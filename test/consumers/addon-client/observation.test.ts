import { describe, expect, it } from 'vitest';
import { DAY_MS, dayOf } from '../../../src/domain/clock.ts';
import {
  addonRecord,
  deletionRequested,
  linkRequested,
  NOON,
  observed,
  timesAt,
} from '../../sim/client-events.ts';
import { closedProfile, GLEAN, LEGACY, openProfile, reduce, stateOf, told } from './reducing.ts';

const FENCE = timesAt(0);

describe('a ping', () => {
  it('opens an unknown key with what it says', () => {
    const event = observed(5, { addons: [addonRecord('a@x')], facts: { locale: 'de' } });
    expect(reduce(LEGACY, undefined, event)).toMatchObject({
      state: {
        kind: 'open',
        addons: { day: dayOf(NOON), addons: [{ id: 'a@x', seenAt: NOON + 5 }] },
        counters: null,
        facts: { locale: { value: 'de', at: NOON + 5 }, os: null },
        aliases: [],
        fence: null,
        lastSeen: NOON + 5,
        changedAt: NOON + 5,
      },
      emit: [],
    });
  });

  it('leaves alone the parts that it does not speak about', () => {
    const first = observed(1, { addons: [addonRecord('a@x')], facts: { locale: 'de' } });
    const nextDay = observed(DAY_MS, { facts: { os: 'Linux' } });
    expect(stateOf(LEGACY, first, nextDay)).toMatchObject({
      addons: { day: dayOf(NOON), addons: [{ id: 'a@x' }] },
      facts: { day: dayOf(NOON) + 1, locale: null, os: { value: 'Linux' } },
    });
  });

  it('says that there are no add-ons where its list is empty', () => {
    const first = observed(1, { addons: [addonRecord('a@x')] });
    expect(stateOf(LEGACY, first, observed(DAY_MS, { addons: [] }))).toMatchObject({
      addons: { day: dayOf(NOON) + 1, addons: [] },
    });
  });

  it('changes nothing when it comes a second time', () => {
    const event = observed(1, { addons: [addonRecord('a@x')], facts: { locale: 'de' } });
    const state = stateOf(LEGACY, event);
    expect(reduce(LEGACY, state, event).state).toBe(state);
  });

  it('that is sent again later brings back neither an older add-on nor an older fact, and counts once', () => {
    const counters = { subsessionSeconds: 5, bookmarks: null, tabOpens: null, uris: null, domains: null };
    const old = observed(1, {
      addons: [addonRecord('a@x', { version: '1' })],
      counters,
      facts: { locale: 'de' },
    });
    const next = observed(2, { addons: [addonRecord('a@x', { version: '2' })], facts: { locale: 'fr' } });
    const before = stateOf(LEGACY, old, next);
    const after = stateOf(LEGACY, old, next, { ...old, ...timesAt(3) });
    expect(after).toEqual({ ...before, lastSeen: NOON + 3, changedAt: NOON + 3 });
  });

  it('is handed on by an alias as it came, and the alias is written once a day', () => {
    const alias = stateOf(GLEAN, linkRequested(1, LEGACY));
    const event = observed(2, { addons: [addonRecord('a@x')] });
    const { state, emit } = reduce(GLEAN, alias, event);
    expect(told(emit)).toEqual([[LEGACY, event]]);
    expect(emit[0]?.value).toBe(event);
    expect(state).toBe(alias);
    expect(reduce(GLEAN, alias, observed(DAY_MS)).state).toMatchObject({
      lastSeen: (dayOf(NOON) + 1) * DAY_MS,
    });
  });

  it('is never admitted after a final deletion, however new', () => {
    const closed = closedProfile();
    const { state, emit, notes } = reduce(LEGACY, closed, observed(99 * DAY_MS));
    expect(state).toBe(closed);
    expect(emit).toEqual([]);
    expect(notes).toEqual(['observed-after-deletion']);
  });

  it.each([
    ['created', { createdAt: FENCE.createdAt, submittedAt: FENCE.submittedAt + 1 }],
    ['submitted', { createdAt: FENCE.createdAt + 1, submittedAt: FENCE.submittedAt }],
  ])('that was %s before a reopening deletion is ignored', (_, times) => {
    const event = { ...observed(0), ...times };
    const rows = [
      closedProfile({ final: false, fence: FENCE }),
      openProfile({ fence: FENCE }),
      { kind: 'alias', canonical: LEGACY, fence: FENCE, lastSeen: 0, changedAt: 0 } as const,
    ];
    for (const row of rows) {
      const { state, emit, notes } = reduce(GLEAN, row, event);
      expect(state).toBe(row);
      expect(emit).toEqual([]);
      expect(notes).toEqual(['observed-before-fence']);
    }
  });

  it('that is newer than a reopening deletion in both times opens the key again, behind the fence', () => {
    const closed = closedProfile({ final: false, fence: FENCE, links: [GLEAN] });
    const event = observed(1, { addons: [addonRecord('a@x')] });
    expect(reduce(LEGACY, closed, event).state).toMatchObject({
      kind: 'open',
      fence: FENCE,
      aliases: [],
      addons: { addons: [{ id: 'a@x' }] },
    });
  });

  it('never lets changedAt fall, whatever the times say', () => {
    const state = stateOf(LEGACY, observed(1_000), observed(1_000, { documentId: 'b', addons: [] }));
    expect(state?.changedAt).toBe(NOON + 1_001);
    const late = stateOf(LEGACY, observed(1_000), observed(5, { addons: [] }));
    expect(late?.changedAt).toBe(NOON + 1_001);
  });

  it('under what is no client key is nobody’s', () => {
    const event = observed(1);
    expect(() => stateOf('c0ffee' as typeof LEGACY, event)).toThrow(
      expect.objectContaining({ code: 'key-invalid', disposition: 'dead-letter' }),
    );
  });

  it('finds a tombstone where its client was deleted before it was known', () => {
    expect(stateOf(LEGACY, deletionRequested(0), observed(5))).toMatchObject({ kind: 'closed', final: true });
  });
});
