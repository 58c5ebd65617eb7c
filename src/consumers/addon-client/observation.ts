import type { ClientObserved } from '../../domain/client-event.ts';
import { DAY_MS, dayOf, type EpochMs } from '../../domain/clock.ts';
import type { AliasProfile, Fence, OpenProfile, Profile } from '../../domain/profile.ts';
import type { Reduction } from '../aggregate.ts';
import { isBeyond } from './fence.ts';
import { mergePing, NO_PARTS, partsOf } from './parts.ts';
import { became, forwarded, type Place, unchanged } from './reduction.ts';

/** A ping: merged into an open row, handed on by an alias, ignored where a deletion forbids it. */
export function observe(state: Profile | undefined, event: ClientObserved, place: Place): Reduction<Profile> {
  if (state === undefined) return became(firstSeen(event, null, place));
  switch (state.kind) {
    case 'open':
      if (!isBeyond(event, state.fence)) return unchanged(state, 'observed-before-fence');
      return became(withPing(state, event, place));
    case 'alias': {
      if (!isBeyond(event, state.fence)) return unchanged(state, 'observed-before-fence');
      const seen = aliasSeen(state, event.submittedAt, place);
      return { state: seen, emit: [forwarded(event, state.canonical)] };
    }
    case 'closed':
      if (state.final) return unchanged(state, 'observed-after-deletion');
      if (!isBeyond(event, state.fence)) return unchanged(state, 'observed-before-fence');
      return became(firstSeen(event, state.fence, place));
  }
}

/** An open row without data. */
export function emptyProfile(fence: Fence | null, lastSeen: EpochMs, { changedAt }: Place): OpenProfile {
  return { kind: 'open', ...NO_PARTS, aliases: [], fence, lastSeen, changedAt };
}

/** The alias row after another ping; itself where that was on a day already known. */
export function aliasSeen(state: AliasProfile, submittedAt: EpochMs, { changedAt }: Place): AliasProfile {
  const lastSeen = startOfDay(submittedAt);
  return lastSeen > state.lastSeen ? { ...state, lastSeen, changedAt } : state;
}

export function startOfDay(at: EpochMs): EpochMs {
  return dayOf(at) * DAY_MS;
}

function firstSeen(event: ClientObserved, fence: Fence | null, place: Place): OpenProfile {
  return { ...emptyProfile(fence, event.submittedAt, place), ...partsOf(event) };
}

function withPing(state: OpenProfile, event: ClientObserved, { changedAt }: Place): OpenProfile {
  const { addons, counters, facts } = mergePing(state, event);
  const lastSeen = Math.max(state.lastSeen, event.submittedAt);
  if (
    addons === state.addons &&
    counters === state.counters &&
    facts === state.facts &&
    lastSeen === state.lastSeen
  ) {
    return state;
  }
  const { aliases, fence } = state;
  return { kind: 'open', addons, counters, facts, aliases, fence, lastSeen, changedAt };
}
