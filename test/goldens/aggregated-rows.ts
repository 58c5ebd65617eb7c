import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import type { ClientEvent } from '../../src/domain/client-event.ts';
import { sha256Hex } from '../../src/domain/client-key.ts';
import type { EpochMs } from '../../src/domain/clock.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { addonRecord, channelOf, type ProfileRow } from './training-rows.ts';

/** The states that the real aggregate makes of the rows, as pings, followed by deletions; by client key. */
export function aggregatedStates(
  rows: readonly ProfileRow[],
  deletedIds: readonly string[],
): ReadonlyMap<string, Profile> {
  const states = new Map<string, Profile>();
  const reduce = (clientId: string, event: ClientEvent): void => {
    const key = sha256Hex(clientId);
    const { state } = addonClient.reduce(key, states.get(key), event, event.submittedAt);
    if (state === undefined) states.delete(key);
    else states.set(key, state);
  };
  for (const row of rows) if (row.client_id !== null) reduce(row.client_id, observed(row));
  for (const id of deletedIds) reduce(id, deletion(id, Date.parse('2022-06-20T00:00:00Z')));
  return states;
}

function observed(row: ProfileRow): ClientEvent {
  const at = Date.parse(`${row.submission_date}T12:00:00Z`);
  return {
    kind: 'observed',
    createdAt: at,
    submittedAt: at,
    documentId: `row of ${sha256Hex(row.client_id ?? '')}`,
    addons: row.active_addons?.map(addonRecord).filter((addon) => addon !== undefined) ?? null,
    counters: null,
    facts: { locale: row.locale, os: row.os, city: row.city, country: null, channel: channelOf(row) },
  };
}

function deletion(clientId: string, at: EpochMs): ClientEvent {
  return {
    kind: 'deletion-requested',
    createdAt: at,
    submittedAt: at,
    requestId: `deletion of ${sha256Hex(clientId)}`,
    origin: 'client',
    reopen: false,
    derivedFrom: null,
  };
}
