import type { ClientDeletionRequested } from '../../domain/client-event.ts';
import type { ClientKey } from '../../domain/client-key.ts';
import type { ClosedProfile, Profile } from '../../domain/profile.ts';
import { mergeTexts } from '../../domain/sorted-list.ts';
import type { Emitted, Reduction } from '../aggregate.ts';
import { isCovered, widened } from './fence.ts';
import { allDerived, derived, type Knowledge, knowledgeOf, mergeKnowledge } from './knowledge.ts';
import { MAX_ALIASES, type Place, unchanged } from './reduction.ts';

/** A canonical row knows its aliases, an alias its canonical key. */
const MAX_LINKS = MAX_ALIASES + 1;

/**
 * A deletion, asked for or derived: closes the row and tells the other keys of the browser, but never the one that
 * told it, and from an alias only what was asked for there (DESIGN section 5). A row that no longer knows of any
 * other key is closed too, as a tombstone for what may come late.
 */
export function requestDeletion(
  state: Profile | undefined,
  event: ClientDeletionRequested,
  place: Place,
): Reduction<Profile> {
  if (state?.kind === 'closed') return deleteClosed(state, event, place);
  const known = knowledgeOf(event);
  const fence = state?.fence ?? null;
  // Replayed, or told by another key: what stands here has come after it.
  if (!known.final && isCovered(event, fence) && !isToldByCanonical(state, event)) {
    return unchanged(state, 'deletion-before-fence');
  }
  const links = linksOf(state);
  const told = state?.kind === 'alias' && event.derivedFrom !== null ? [] : links;
  return {
    state: closed({ ...known, fence: widened(fence, event) }, withLink(links, event.derivedFrom), place),
    emit: tell(told, event, place.key),
  };
}

/** Then the canonical row has closed and no longer counts this key among its aliases: it must be linked anew. */
function isToldByCanonical(state: Profile | undefined, event: ClientDeletionRequested): boolean {
  return state?.kind === 'alias' && state.canonical === event.derivedFrom;
}

/** A row that is closed and remembers the other keys, so that a later deletion reaches them. */
function closed(known: Knowledge, links: readonly ClientKey[], { changedAt }: Place): ClosedProfile {
  return { kind: 'closed', ...known, links, changedAt };
}

/** The links of a closed row with one more, while there is room. */
export function withLink(links: readonly ClientKey[], key: ClientKey | null): readonly ClientKey[] {
  return key === null ? links : mergeTexts(links, [key], MAX_LINKS);
}

function deleteClosed(
  state: ClosedProfile,
  event: ClientDeletionRequested,
  { key, changedAt }: Place,
): Reduction<Profile> {
  const known = mergeKnowledge(state, knowledgeOf(event));
  const links = withLink(state.links, event.derivedFrom);
  if (known === state && links === state.links) return unchanged(state, 'deletion-known');
  const news = known === state ? [] : tell(state.links, event, key);
  const answer = links === state.links ? [] : answerTo(event, state, key);
  return { state: { ...known, links, changedAt }, emit: [...news, ...answer] };
}

/** A key that this row hears of for the first time is told what it does not know yet. */
function answerTo(event: ClientDeletionRequested, state: ClosedProfile, key: ClientKey): readonly Emitted[] {
  const theirs = knowledgeOf(event);
  if (event.derivedFrom === null || mergeKnowledge(theirs, state) === theirs) return [];
  return allDerived(state, key, event.derivedFrom);
}

function tell(
  keys: readonly ClientKey[],
  event: ClientDeletionRequested,
  from: ClientKey,
): readonly Emitted[] {
  return keys.filter((key) => key !== event.derivedFrom).map((key) => derived(event, from, key));
}

function linksOf(state: Exclude<Profile, ClosedProfile> | undefined): readonly ClientKey[] {
  if (state === undefined) return [];
  return state.kind === 'open' ? state.aliases : [state.canonical];
}
