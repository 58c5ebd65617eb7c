import type {
  ClientAliasJoined,
  ClientAliasRefused,
  ClientLinkRequested,
} from '../../domain/client-event.ts';
import type { ClosedProfile, Fence, OpenProfile, Profile, ProfileParts } from '../../domain/profile.ts';
import { mergeTexts } from '../../domain/sorted-list.ts';
import type { Reduction } from '../aggregate.ts';
import { withLink } from './deletion.ts';
import { isBeyond } from './fence.ts';
import { allDerived } from './knowledge.ts';
import { aliasSeen, emptyProfile, startOfDay } from './observation.ts';
import { mergeParts, NO_PARTS } from './parts.ts';
import { became, joined, MAX_ALIASES, type Place, refused, unchanged } from './reduction.ts';

/** Under a Glean key: the browser's legacy key is `canonical`. The first link wins. */
export function requestLink(
  state: Profile | undefined,
  event: ClientLinkRequested,
  place: Place,
): Reduction<Profile> {
  if (event.canonical === place.key) return unchanged(state, 'link-to-itself');
  if (state === undefined) return becomeAlias(event, null, NO_PARTS, event.submittedAt, place);
  switch (state.kind) {
    case 'open':
      if (state.aliases.length > 0) return unchanged(state, 'link-of-canonical-refused');
      if (!isBeyond(event, state.fence)) return unchanged(state, 'link-before-fence');
      return becomeAlias(event, state.fence, state, Math.max(state.lastSeen, event.submittedAt), place);
    case 'alias':
      if (state.canonical !== event.canonical) return unchanged(state, 'second-link-refused');
      return became(aliasSeen(state, event.submittedAt, place));
    case 'closed':
      return linkClosed(state, event, place);
  }
}

/** Under a canonical key: `alias` has become one and hands over what it held. */
export function joinAlias(
  state: Profile | undefined,
  event: ClientAliasJoined,
  place: Place,
): Reduction<Profile> {
  if (state === undefined) return joinOpen(emptyProfile(null, event.lastSeen, place), event, place);
  switch (state.kind) {
    case 'open':
      return joinOpen(state, event, place);
    case 'alias':
      return { state, emit: [refused(event, place.key)], notes: ['alias-of-alias-refused'] };
    case 'closed':
      return joinClosed(state, event, place);
  }
}

/** Under an alias key: it is none of `canonical`, and begins anew. What it had handed over is not given back. */
export function refuseAlias(
  state: Profile | undefined,
  event: ClientAliasRefused,
  place: Place,
): Reduction<Profile> {
  if (state?.kind !== 'alias' || state.canonical !== event.canonical) {
    return unchanged(state, 'refusal-out-of-date');
  }
  return became(emptyProfile(state.fence, state.lastSeen, place));
}

function becomeAlias(
  event: ClientLinkRequested,
  fence: Fence | null,
  { addons, counters, facts }: ProfileParts,
  lastSeen: number,
  { key, changedAt }: Place,
): Reduction<Profile> {
  const { createdAt, submittedAt, canonical } = event;
  const parts = { addons, counters, facts };
  return {
    state: { kind: 'alias', canonical, fence, lastSeen: startOfDay(lastSeen), changedAt },
    emit: [joined({ kind: 'alias-joined', createdAt, submittedAt, alias: key, parts, lastSeen }, canonical)],
  };
}

/** A deletion under either id of a browser is one of both, also when the link is learnt only afterwards. */
function linkClosed(state: ClosedProfile, event: ClientLinkRequested, place: Place): Reduction<Profile> {
  const { canonical } = event;
  if (!state.final && isBeyond(event, state.fence)) {
    return becomeAlias(event, state.fence, NO_PARTS, event.submittedAt, place);
  }
  if (state.links.includes(canonical)) return unchanged(state, 'link-known');
  if (state.links.length > 0) return unchanged(state, 'second-link-refused');
  return {
    state: { ...state, links: [canonical], changedAt: place.changedAt },
    emit: allDerived(state, place.key, canonical),
    notes: ['link-answered-with-deletion'],
  };
}

function joinOpen(state: OpenProfile, event: ClientAliasJoined, place: Place): Reduction<Profile> {
  const { fence } = state;
  const aliases = mergeTexts(state.aliases, [event.alias], MAX_ALIASES + 1);
  const full = aliases.length > MAX_ALIASES;
  if (full || !isBeyond(event, fence)) {
    const note = full ? 'alias-beyond-limit-refused' : 'alias-before-fence-refused';
    return { state, emit: [refused(event, place.key)], notes: [note] };
  }
  // What the alias held may be older than the fence, and no part tells.
  const { addons, counters, facts } = fence === null ? mergeParts(state, event.parts) : state;
  const lastSeen = Math.max(state.lastSeen, event.lastSeen);
  const { changedAt } = place;
  const next: OpenProfile = { kind: 'open', addons, counters, facts, aliases, fence, lastSeen, changedAt };
  return became(isSame(state, next) ? state : next);
}

function isSame(a: OpenProfile, b: OpenProfile): boolean {
  return (
    a.addons === b.addons &&
    a.counters === b.counters &&
    a.facts === b.facts &&
    a.aliases === b.aliases &&
    a.lastSeen === b.lastSeen
  );
}

function joinClosed(state: ClosedProfile, event: ClientAliasJoined, place: Place): Reduction<Profile> {
  if (!state.final && isBeyond(event, state.fence)) {
    return joinOpen(emptyProfile(state.fence, event.lastSeen, place), event, place);
  }
  const links = withLink(state.links, event.alias);
  return {
    state: links === state.links ? state : { ...state, links, changedAt: place.changedAt },
    emit: allDerived(state, place.key, event.alias),
    notes: ['alias-answered-with-deletion'],
  };
}
