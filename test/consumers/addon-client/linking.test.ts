import { describe, expect, it } from 'vitest';
import { NO_PARTS, partsOf } from '../../../src/consumers/addon-client/parts.ts';
import { DAY_MS, dayOf } from '../../../src/domain/clock.ts';
import {
  addonRecord,
  aliasJoined,
  deletionRequested,
  keyOf,
  linkRequested,
  NOON,
  observed,
  timesAt,
} from '../../sim/client-events.ts';
import { closedProfile, GLEAN, LEGACY, OTHER, openProfile, reduce, stateOf, told } from './reducing.ts';

const FENCE = timesAt(0);
const TODAY = dayOf(NOON) * DAY_MS;

describe('a link', () => {
  it('turns an unknown key into an alias and tells the canonical one', () => {
    const { state, emit } = reduce(GLEAN, undefined, linkRequested(1, LEGACY));
    expect(state).toEqual({
      kind: 'alias',
      canonical: LEGACY,
      fence: null,
      lastSeen: TODAY,
      changedAt: NOON + 1,
    });
    expect(told(emit)).toEqual([[LEGACY, aliasJoined(1, GLEAN)]]);
  });

  it('hands over what the key held', () => {
    const ping = observed(5, { addons: [addonRecord('a@x')], facts: { os: 'Linux' } });
    const { emit } = reduce(GLEAN, stateOf(GLEAN, ping), linkRequested(1, LEGACY));
    expect(told(emit)).toEqual([
      [LEGACY, aliasJoined(1, GLEAN, { parts: partsOf(ping), lastSeen: NOON + 5 })],
    ]);
  });

  it('that is told again changes nothing within the day, and tells nobody', () => {
    const alias = stateOf(GLEAN, linkRequested(1, LEGACY));
    expect(reduce(GLEAN, alias, linkRequested(2, LEGACY))).toEqual({ state: alias, emit: [] });
    expect(reduce(GLEAN, alias, linkRequested(2, LEGACY)).state).toBe(alias);
    expect(reduce(GLEAN, alias, linkRequested(DAY_MS, LEGACY)).state).toMatchObject({
      lastSeen: TODAY + DAY_MS,
    });
  });

  it.each([
    ['to itself', undefined, GLEAN, 'link-to-itself'],
    ['of another’s alias', stateOf(GLEAN, linkRequested(1, OTHER)), LEGACY, 'second-link-refused'],
    ['of a key with aliases', openProfile({ aliases: [OTHER] }), LEGACY, 'link-of-canonical-refused'],
    ['from before a fence', openProfile({ fence: timesAt(9) }), LEGACY, 'link-before-fence'],
    ['of a closed key that has another', closedProfile({ links: [OTHER] }), LEGACY, 'second-link-refused'],
  ])('%s is refused and counted', (_, state, canonical, note) => {
    const reduction = reduce(GLEAN, state, linkRequested(5, canonical));
    expect(reduction).toEqual({ state, emit: [], notes: [note] });
  });

  it('of a deleted key is answered with a deletion for each request', () => {
    const closed = closedProfile({ requestIds: ['a', 'b'], reason: 'operator' });
    const { state, emit } = reduce(GLEAN, closed, linkRequested(99, LEGACY));
    expect(state).toEqual({ ...closed, links: [LEGACY], changedAt: NOON + 99 });
    const derived = { origin: 'operator', reopen: false, derivedFrom: GLEAN } as const;
    expect(told(emit)).toEqual([
      [LEGACY, deletionRequested(0, { ...derived, requestId: 'a' })],
      [LEGACY, deletionRequested(0, { ...derived, requestId: 'b' })],
    ]);
    expect(reduce(GLEAN, state, linkRequested(100, LEGACY))).toMatchObject({ state, emit: [] });
  });

  it('of a key behind a reopening deletion is answered with it, unless the link is newer in both times', () => {
    const closed = closedProfile({ final: false, reason: 'operator' });
    const old = reduce(GLEAN, closed, { ...linkRequested(5, LEGACY), createdAt: closed.fence.createdAt });
    expect(told(old.emit)).toEqual([
      [LEGACY, deletionRequested(0, { origin: 'operator', reopen: true, derivedFrom: GLEAN })],
    ]);
    const next = reduce(GLEAN, closed, linkRequested(5, LEGACY));
    expect(next.state).toMatchObject({ kind: 'alias', canonical: LEGACY, fence: closed.fence });
    expect(told(next.emit)).toEqual([[LEGACY, aliasJoined(5, GLEAN)]]);
  });
});

describe('an alias that joins', () => {
  const ping = observed(5, { addons: [addonRecord('a@x')] });
  const join = aliasJoined(6, GLEAN, { parts: partsOf(ping), lastSeen: NOON + 6 });

  it('opens an unknown canonical key', () => {
    expect(reduce(LEGACY, undefined, join).state).toMatchObject({
      kind: 'open',
      aliases: [GLEAN],
      addons: partsOf(ping).addons,
      lastSeen: NOON + 6,
    });
  });

  it('adds its parts to what is there', () => {
    const state = stateOf(LEGACY, observed(9, { addons: [addonRecord('b@x')] }), join);
    expect(state).toMatchObject({
      aliases: [GLEAN],
      addons: { addons: [{ id: 'a@x' }, { id: 'b@x' }] },
      lastSeen: NOON + 9,
    });
    expect(reduce(LEGACY, state, join).state).toBe(state);
  });

  it('is refused as the ninth, and begins anew', () => {
    const aliases = Array.from({ length: 8 }, (_, i) => keyOf(`alias ${i}`)).sort();
    const full = openProfile({ aliases });
    const { state, emit, notes } = reduce(LEGACY, full, join);
    expect(state).toBe(full);
    expect(notes).toEqual(['alias-beyond-limit-refused']);
    expect(told(emit)).toEqual([[GLEAN, { kind: 'alias-refused', ...timesAt(6), canonical: LEGACY }]]);

    const alias = stateOf(GLEAN, ping, linkRequested(6, LEGACY));
    const [refusal] = emit;
    if (refusal?.type !== 'addons.ClientAliasRefused') throw new Error('expected a refusal');
    expect(reduce(GLEAN, alias, refusal.value).state).toEqual(
      openProfile({ ...NO_PARTS, lastSeen: TODAY, changedAt: NOON + 7 }),
    );
    expect(reduce(GLEAN, full, refusal.value).state).toBe(full);
  });

  it('that is known already is taken though the list is full', () => {
    const aliases = [GLEAN, ...Array.from({ length: 7 }, (_, i) => keyOf(`alias ${i}`))].sort();
    expect(reduce(LEGACY, openProfile({ aliases }), join)).toMatchObject({ state: { aliases }, emit: [] });
  });

  it('of a key that is an alias itself is refused', () => {
    const alias = stateOf(LEGACY, linkRequested(1, OTHER));
    const { state, emit } = reduce(LEGACY, alias, join);
    expect(state).toBe(alias);
    expect(told(emit)).toEqual([[GLEAN, { kind: 'alias-refused', ...timesAt(6), canonical: LEGACY }]]);
  });

  it('brings the link but no parts into a fenced row, and nothing where it is older', () => {
    const fenced = openProfile({ fence: FENCE });
    expect(reduce(LEGACY, fenced, join).state).toMatchObject({
      aliases: [GLEAN],
      addons: null,
      fence: FENCE,
    });
    const old = reduce(LEGACY, fenced, { ...join, createdAt: FENCE.createdAt });
    expect(old.state).toBe(fenced);
    expect(old.emit).toMatchObject([{ key: GLEAN, type: 'addons.ClientAliasRefused' }]);
  });

  it('of a deleted key is answered with the deletion', () => {
    const closed = closedProfile();
    const { state, emit } = reduce(LEGACY, closed, join);
    expect(state).toMatchObject({ kind: 'closed', links: [GLEAN] });
    expect(told(emit)).toEqual([[GLEAN, deletionRequested(0, { derivedFrom: LEGACY })]]);
  });

  it('that is newer than a reopening deletion opens the key again, with the link and no parts', () => {
    const closed = closedProfile({ final: false, reason: 'operator', fence: FENCE });
    expect(reduce(LEGACY, closed, join)).toMatchObject({
      state: { kind: 'open', aliases: [GLEAN], addons: null, fence: FENCE, lastSeen: NOON + 6 },
      emit: [],
    });
  });
});
