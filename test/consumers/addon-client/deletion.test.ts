import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../src/domain/profile.ts';
import {
  addonRecord,
  deletionRequested,
  keyOf,
  linkRequested,
  NOON,
  observed,
  timesAt,
} from '../../sim/client-events.ts';
import { closedProfile, GLEAN, LEGACY, OTHER, openProfile, reduce, stateOf, told } from './reducing.ts';

const REOPENING = { origin: 'operator', reopen: true } as const;

describe('a deletion', () => {
  it('of an open row leaves nothing of its data', () => {
    const open = stateOf(LEGACY, observed(0, { addons: [addonRecord('a@x')] }));
    expect(reduce(LEGACY, open, deletionRequested(1))).toEqual({
      state: closedProfile({ fence: timesAt(1), requestIds: ['request-1'], changedAt: NOON + 1 }),
      emit: [],
    });
  });

  it('closes a key that nothing is known of', () => {
    expect(reduce(LEGACY, undefined, deletionRequested(0))).toEqual({ state: closedProfile(), emit: [] });
  });

  it.each([
    ['a client’s', { origin: 'client', reopen: false }, true],
    ['a client’s, whatever it says', { origin: 'client', reopen: true }, true],
    ['an operator’s', { origin: 'operator', reopen: false }, true],
    ['an operator’s that says reopen', REOPENING, false],
  ] as const)('%s is final as it should be', (_, fields, final) => {
    expect(reduce(LEGACY, undefined, deletionRequested(0, fields)).state).toMatchObject({ final });
  });

  it('is passed on to each alias, but not to the one that told of it', () => {
    const aliases = [GLEAN, OTHER].sort();
    const asked = reduce(LEGACY, openProfile({ aliases }), deletionRequested(1));
    const derived = deletionRequested(1, { derivedFrom: LEGACY });
    expect(told(asked.emit)).toEqual(aliases.map((alias) => [alias, derived]));
    expect(asked.state).toMatchObject({ links: aliases });

    const derivation = reduce(LEGACY, openProfile({ aliases }), deletionRequested(1, { derivedFrom: GLEAN }));
    expect(told(derivation.emit)).toEqual([[OTHER, derived]]);
  });

  it('of an alias is passed on to the canonical key only where it was asked for there', () => {
    const alias = stateOf(GLEAN, linkRequested(0, LEGACY));
    const asked = reduce(GLEAN, alias, deletionRequested(1));
    expect(asked.state).toMatchObject({ kind: 'closed', links: [LEGACY] });
    expect(told(asked.emit)).toEqual([[LEGACY, deletionRequested(1, { derivedFrom: GLEAN })]]);
    const derived = reduce(GLEAN, alias, deletionRequested(1, { derivedFrom: LEGACY }));
    expect(derived.state).toMatchObject({ kind: 'closed', links: [LEGACY] });
    expect(derived.emit).toEqual([]);
  });

  it('of a closed row adds its request, its times and its finality', () => {
    const closed = closedProfile({ final: false, reason: 'operator', requestIds: ['b'] });
    const event = { ...deletionRequested(5, { requestId: 'a' }), createdAt: NOON - 9_000 };
    expect(reduce(LEGACY, closed, event).state).toEqual(
      closedProfile({
        fence: { createdAt: NOON - 1_000, submittedAt: NOON + 5 },
        requestIds: ['a', 'b'],
        changedAt: NOON + 5,
      }),
    );
    const reopening = deletionRequested(5, { ...REOPENING, requestId: 'c' });
    expect(reduce(LEGACY, closedProfile(), reopening).state).toMatchObject({ final: true, reason: 'client' });
  });

  it('of a closed row reaches the other keys, so that a later final one is final for all', () => {
    const closed = closedProfile({ final: false, reason: 'operator', links: [GLEAN] });
    const final = deletionRequested(5);
    expect(told(reduce(LEGACY, closed, final).emit)).toEqual([[GLEAN, { ...final, derivedFrom: LEGACY }]]);
  });

  it('that is known already changes nothing and tells nobody', () => {
    const closed = closedProfile({ links: [GLEAN] });
    const again = reduce(LEGACY, closed, deletionRequested(0));
    expect(again.state).toBe(closed);
    expect(again.emit).toEqual([]);
  });

  it('from a key that a closed row did not know is answered with what that key does not know', () => {
    const closed = closedProfile({ requestIds: ['mine'] });
    const theirs = deletionRequested(0, { requestId: 'theirs', derivedFrom: GLEAN });
    const { state, emit } = reduce(LEGACY, closed, theirs);
    expect(state).toMatchObject({ links: [GLEAN], requestIds: ['mine', 'theirs'] });
    expect(told(emit)).toEqual([[GLEAN, deletionRequested(0, { requestId: 'mine', derivedFrom: LEGACY })]]);
  });

  it('that is replayed does not close again what was reopened after it', () => {
    const reopening = deletionRequested(0, REOPENING);
    const open = stateOf(LEGACY, reopening, observed(5, { addons: [addonRecord('a@x')] }));
    expect(open).toMatchObject({ kind: 'open' });
    expect(reduce(LEGACY, open, reopening)).toEqual({
      state: open,
      emit: [],
      notes: ['deletion-before-fence'],
    });
  });

  it('that is final closes also what was reopened after it', () => {
    const open = stateOf(LEGACY, deletionRequested(0, REOPENING), observed(5));
    expect(reduce(LEGACY, open, deletionRequested(-5)).state).toMatchObject({
      kind: 'closed',
      final: true,
      fence: timesAt(0),
    });
  });

  it('by its canonical key closes an alias though its own fence is newer, for it must be linked anew', () => {
    const alias = stateOf(GLEAN, deletionRequested(5, REOPENING), linkRequested(6, LEGACY));
    expect(alias).toMatchObject({ kind: 'alias' });
    const derived = deletionRequested(0, { ...REOPENING, derivedFrom: LEGACY });
    expect(reduce(GLEAN, alias, derived).state).toMatchObject({
      kind: 'closed',
      final: false,
      fence: timesAt(5),
    });
    const other = reduce(GLEAN, alias, { ...derived, derivedFrom: null });
    expect(other.state).toBe(alias);
  });

  it('keeps at most sixteen requests and nine other keys', () => {
    const requests = Array.from({ length: 40 }, (_, i) =>
      deletionRequested(i, { requestId: `r${i}`, derivedFrom: keyOf(`other ${i}`) }),
    );
    const state: Profile | undefined = stateOf(LEGACY, ...requests);
    if (state?.kind !== 'closed') throw new Error('expected a closed row');
    expect(state.requestIds).toEqual(
      requests
        .map((r) => r.requestId)
        .sort()
        .slice(0, 16),
    );
    expect(state.links).toEqual(
      requests
        .map((r) => r.derivedFrom)
        .sort()
        .slice(0, 9),
    );
  });
});
