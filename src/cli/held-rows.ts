import type { ClientKey } from '../domain/client-key.ts';
import { isoDay } from '../domain/clock.ts';
import {
  type AddonPart,
  type AliasProfile,
  type ClosedProfile,
  type CounterPart,
  FACT_NAMES,
  type FactPart,
  type Fence,
  type OpenProfile,
  type Profile,
} from '../domain/profile.ts';
import type { HeldRow, HeldRows } from './control/operations.ts';

/**
 * What is held, in words, complete: it is the copy that a person may ask for. Moments become ISO 8601, days
 * YYYY-MM-DD. `alias` is the row that led here, where the client was asked for by another of its ids.
 */
export function heldRows(profile: Profile, alias: AliasProfile | undefined): HeldRows {
  const askedFor = alias === undefined ? {} : { alias: aliasFields(alias) };
  switch (profile.kind) {
    case 'open':
      return { profile: openFields(profile), ...askedFor };
    case 'closed':
      return { profile: null, closed: closedFields(profile), ...askedFor };
    case 'alias':
      return { profile: null, alias: aliasFields(profile) };
  }
}

function openFields({ addons, counters, facts, aliases, fence, lastSeen, changedAt }: OpenProfile): HeldRow {
  return {
    ...addonFields(addons),
    ...factFields(facts),
    ...counterFields(counters),
    lastSeen: moment(lastSeen),
    aliases,
    fence: fence === null ? null : fenceFields(fence),
    changedAt: moment(changedAt),
  };
}

function addonFields(part: AddonPart | null): HeldRow {
  return {
    addons: (part?.addons ?? []).map(({ seenAt, installDay, updateDay, ...rest }) => ({
      ...rest,
      installDay: installDay === null ? null : isoDay(installDay),
      updateDay: updateDay === null ? null : isoDay(updateDay),
      seenAt: moment(seenAt),
    })),
    addonsDay: part === null ? null : isoDay(part.day),
    addonsDocuments: part?.documents ?? [],
  };
}

function factFields(part: FactPart | null): HeldRow {
  const facts = FACT_NAMES.map((name) => [name, part?.[name] ?? null] as const);
  const seen = facts.flatMap(([name, fact]) => (fact === null ? [] : [[name, moment(fact.at)]]));
  return {
    ...Object.fromEntries(facts.map(([name, fact]) => [name, fact?.value ?? null])),
    factsDay: part === null ? null : isoDay(part.day),
    factsDocuments: part?.documents ?? [],
    factsSeenAt: Object.fromEntries(seen),
  };
}

function counterFields(part: CounterPart | null): HeldRow {
  return { counters: part === null ? null : { day: isoDay(part.day), pings: part.pings } };
}

function aliasFields({ canonical, lastSeen, fence, changedAt }: AliasProfile): HeldRow & {
  readonly canonical: ClientKey;
} {
  return {
    canonical,
    lastSeen: moment(lastSeen),
    fence: fence === null ? null : fenceFields(fence),
    changedAt: moment(changedAt),
  };
}

function closedFields({ final, fence, reason, requestIds, links, changedAt }: ClosedProfile): HeldRow {
  return { final, reason, requestIds, links, fence: fenceFields(fence), changedAt: moment(changedAt) };
}

function fenceFields({ createdAt, submittedAt }: Fence): HeldRow {
  return { createdAt: moment(createdAt), submittedAt: moment(submittedAt) };
}

function moment(at: number): string {
  return new Date(at).toISOString();
}
