import { createHash } from 'node:crypto';
import type { ClientKeys, Sha256Hex } from '../domain/client-key.ts';
import type { EpochMs } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { PAYLOAD_NAMES, type PayloadField, payloadField } from '../domain/legacy-payload.ts';
import { isStorableInteger } from '../domain/storable-integer.ts';
import type { EventLog, OutgoingRecord } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { addonsInList } from './addon-fields.ts';
import { MAX_FACT_CHARS, type Observation } from './decoded-ping.ts';
import { assertHidesClient } from './exposed-id.ts';
import type { Place } from './geo.ts';
import { isJsonObject, type JsonObject } from './json-field.ts';
import { PingRecords } from './ping-records.ts';
import { PingRejection } from './ping-rejection.ts';

/** A profile of TAAR (spec/taar-training.md section 5), without the id of its client. */
export interface ProfileRow {
  readonly sha: Sha256Hex;
  /** The row's fields as they came. */
  readonly fields: JsonObject;
  /** The moment that the row stands for: what the browser said later counts more. */
  readonly seenAt: EpochMs;
}

/** What became of rows. */
export interface TakenRows {
  readonly taken: number;
  /** By the row's number among those that were given, from 0; the reason names a field and never what stood in it. */
  readonly malformed: readonly { readonly index: number; readonly reason: string }[];
}

/** What a row names an add-on's fields; ours by theirs. */
const ADDON_FIELDS = {
  id: 'addon_id',
  blocklisted: 'blocklisted',
  name: 'name',
  userDisabled: 'user_disabled',
  appDisabled: 'app_disabled',
  version: 'version',
  scope: 'scope',
  type: 'type',
  foreignInstall: 'foreign_install',
  hasBinaryComponents: 'has_binary_components',
  installDay: 'install_day',
  updateDay: 'update_day',
  signedState: 'signed_state',
  isSystem: 'is_system',
  isWebExtension: 'is_web_extension',
  multiprocessCompatible: 'multiprocess_compatible',
} as const;

/**
 * Appends what rows say to `addons.client.event.v1`, as intake would a ping: the consumer refuses it for a client who
 * was deleted. A row that comes again has the same document id and changes nothing.
 */
export async function publishRows(
  parts: { readonly log: Pick<EventLog, 'append'>; readonly codec: RecordCodec; readonly keys: ClientKeys },
  rows: readonly ProfileRow[],
  now: EpochMs,
): Promise<TakenRows> {
  const records = new PingRecords(parts.codec, parts.keys);
  const outgoing: OutgoingRecord[] = [];
  const malformed: { index: number; reason: string }[] = [];
  for (const [index, row] of rows.entries()) {
    try {
      const { ping, place } = observationOf(row);
      // A clock that differs between two machines must not turn a whole file into dead letters.
      outgoing.push(...records.observed(ping, place, Math.min(row.seenAt, now)));
    } catch (error) {
      if (!(error instanceof PingRejection)) throw error;
      malformed.push({ index, reason: messageOf(error) });
    }
  }
  if (outgoing.length > 0) await parts.log.append(outgoing);
  return { taken: rows.length - malformed.length, malformed };
}

/**
 * What a row says, as TAAR's service took it: a field that is absent is empty or 0, one that is null is unknown.
 * @throws PingRejection for a row from which that service made no profile either, or that cannot be kept
 */
export function observationOf({ sha, fields, seenAt }: ProfileRow): { ping: Observation; place: Place } {
  const ping: Observation = {
    kind: 'observation',
    documentId: documentIdOf(sha, fields),
    createdAt: seenAt,
    client: sha,
    alias: null,
    addons: addonsOf(fields),
    counters: {
      subsessionSeconds: countOf(fields, 'subsessionLength'),
      bookmarks: countOf(fields, 'bookmarkCount'),
      tabOpens: countOf(fields, 'tabOpenCount'),
      uris: countOf(fields, 'totalUri'),
      domains: countOf(fields, 'uniqueTlds'),
    },
    facts: { locale: textOf(fields, 'locale'), os: textOf(fields, 'os'), channel: null },
  };
  const place = { city: textOf(fields, 'geoCity'), country: null };
  assertHidesClient(ping, place);
  return { ping, place };
}

/** The same for the same row, in whatever order its fields come. */
function documentIdOf(sha: Sha256Hex, fields: JsonObject): string {
  const said = Object.keys(fields).sort();
  const text = JSON.stringify([sha, ...said.map((name) => [name, fields[name]])]);
  const hex = createHash('sha256').update(text).digest('hex');
  // The version and variant of a UUID that says nothing but what its maker put into it.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function addonsOf(fields: JsonObject): Observation['addons'] {
  const { active_addons: addons = [] } = fields;
  if (!Array.isArray(addons)) throw new PingRejection('wrong-shape', 'active_addons must be a list');
  return addonsInList((addons as readonly unknown[]).filter(isNamed).map(ourAddon));
}

/** System add-ons are shown to nobody, so TAAR did not mind one without an id. */
function isNamed(addon: unknown): boolean {
  return !isJsonObject(addon) || addon.is_system !== true || addon.addon_id !== undefined;
}

function ourAddon(addon: unknown): unknown {
  if (!isJsonObject(addon)) return addon;
  const entries = Object.entries(ADDON_FIELDS).map(([ours, theirs]) => [ours, addon[theirs]]);
  return Object.fromEntries([...entries, ['addonType', addon.type]]);
}

function countOf(fields: JsonObject, field: PayloadField): number | null {
  const value = payloadField(fields, field, 0);
  if (value === null) return null;
  const count = typeof value === 'number' ? Math.trunc(value) : Number.NaN;
  if (!isStorableInteger(count) || count < 0) {
    throw new PingRejection('wrong-shape', `${PAYLOAD_NAMES[field][0]} must be a number of at least 0`);
  }
  return count;
}

function textOf(fields: JsonObject, field: PayloadField): string | null {
  const value = payloadField(fields, field, '');
  if (value === null) return null;
  if (typeof value !== 'string' || value.length > MAX_FACT_CHARS) {
    throw new PingRejection(
      'wrong-shape',
      `${PAYLOAD_NAMES[field][0]} must be text of at most ${MAX_FACT_CHARS} characters`,
    );
  }
  return value;
}
