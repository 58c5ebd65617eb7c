import type { Sha256Hex } from '../domain/client-key.ts';
import type { EpochMs } from '../domain/clock.ts';
import { addonsInList } from './addon-fields.ts';
import { type DecodedPing, MAX_FACT_CHARS } from './decoded-ping.ts';
import { keptDocumentId } from './document-id.ts';
import { type JsonObject, optionalObject, optionalText, requiredObject } from './json-field.ts';
import { PingRejection } from './ping-rejection.ts';
import { type HashedClientId, hashRawClientId } from './raw-client-id.ts';
import type { GleanSubmission } from './submission.ts';

/** Glean says `2026-11-22T22:47+00:00`, with seconds and a fraction where it measures finer. */
const GLEAN_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?([+-]\d\d:\d\d|Z)$/;
/** Glean's name of a locale that it could not find out. */
const UNKNOWN_LOCALE = 'und';
/** Glean's names of systems where legacy telemetry, and so every model, says another. */
const LEGACY_OS: ReadonlyMap<string, string> = new Map([['Windows', 'Windows_NT']]);

/** The two ids of a browser as a Glean ping names them; null where it names none, or one that means nobody. */
interface BrowserIds {
  readonly glean: Sha256Hex | null;
  readonly legacy: Sha256Hex | null;
}

/**
 * Decodes an `addons`, `baseline` or `deletion-request` ping of `firefox-desktop` (spec/firefox.md).
 * @throws PingRejection
 */
export function decodeGleanPing(ping: JsonObject, submission: GleanSubmission): DecodedPing {
  const createdAt = endTime(requiredObject(ping, 'ping_info').end_time);
  const info = requiredObject(ping, 'client_info');
  const metrics = optionalObject(ping, 'metrics');
  const rawLegacyId = optionalObject(metrics, 'uuid')?.['legacy.telemetry.client_id'];
  const ids = browserIds(info.client_id, rawLegacyId);
  if (submission.type === 'deletion-request') return deletion(ids, createdAt);
  if (ids.glean === null) return { kind: 'nobody' };
  return {
    kind: 'observation',
    documentId: keptDocumentId(submission.documentId, [ids.glean, ids.legacy]),
    createdAt,
    client: ids.legacy ?? ids.glean,
    alias: ids.legacy === null || ids.legacy === ids.glean ? null : ids.glean,
    addons: submission.type === 'addons' ? addonsOf(metrics) : null,
    counters: null,
    facts: {
      locale: localeOf(info),
      os: osOf(info),
      channel: optionalText(info, 'app_channel', MAX_FACT_CHARS),
    },
  };
}

function browserIds(rawGleanId: unknown, rawLegacyId: unknown): BrowserIds {
  const glean = hashRawClientId(rawGleanId);
  const legacy = rawLegacyId === undefined || rawLegacyId === null ? null : hashRawClientId(rawLegacyId);
  if (glean.kind === 'invalid' || legacy?.kind === 'invalid') {
    throw new PingRejection('client-id-invalid', 'a client id must be a UUID in lower case with dashes');
  }
  return { glean: shaOf(glean), legacy: shaOf(legacy) };
}

function shaOf(hashed: HashedClientId | null): Sha256Hex | null {
  return hashed?.kind === 'client' ? hashed.sha : null;
}

/** Every id that is somebody's is deleted, even when the other one is nobody's. */
function deletion(ids: BrowserIds, createdAt: EpochMs): DecodedPing {
  const clients = new Set([ids.glean, ids.legacy].filter((sha) => sha !== null));
  return clients.size === 0 ? { kind: 'nobody' } : { kind: 'deletion', createdAt, clients: [...clients] };
}

function addonsOf(metrics: JsonObject | null): ReturnType<typeof addonsInList> {
  return addonsInList(optionalObject(metrics, 'object')?.['addons.active_addons']);
}

function localeOf(info: JsonObject): string | null {
  const locale = optionalText(info, 'locale', MAX_FACT_CHARS);
  return locale === UNKNOWN_LOCALE ? null : locale;
}

function osOf(info: JsonObject): string | null {
  const os = optionalText(info, 'os', MAX_FACT_CHARS);
  return os === null ? null : (LEGACY_OS.get(os) ?? os);
}

/** @throws PingRejection `created-at-invalid` */
function endTime(text: unknown): EpochMs {
  const time = typeof text === 'string' && GLEAN_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new PingRejection('created-at-invalid', 'ping_info.end_time must be a time with its offset');
  }
  return time;
}
