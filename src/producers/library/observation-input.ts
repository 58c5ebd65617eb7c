import { randomUUID } from 'node:crypto';
import type { Sha256Hex } from '../../domain/client-key.ts';
import type { EpochMs } from '../../domain/clock.ts';
import { isStorableInteger } from '../../domain/storable-integer.ts';
import { addonsInList } from '../addon-fields.ts';
import { type DecodedPing, MAX_FACT_CHARS } from '../decoded-ping.ts';
import { keptDocumentId } from '../document-id.ts';
import { assertHidesClient } from '../exposed-id.ts';
import { type Place, placeOf } from '../geo.ts';
import { isJsonObject, type JsonObject, optionalInteger, optionalText } from '../json-field.ts';
import type { MainCounters } from '../main-counters.ts';
import { MAX_UNPACKED_BYTES } from '../ping-body.ts';
import { PingRejection } from '../ping-rejection.ts';
import { hashRawClientId } from '../raw-client-id.ts';

const FIELDS = {
  observation: [
    'clientId',
    'gleanClientId',
    'documentId',
    'createdAt',
    'submittedAt',
    'addons',
    'facts',
    'counters',
  ],
  facts: ['locale', 'os', 'channel', 'city', 'country'],
  counters: ['subsessionSeconds', 'bookmarks', 'tabOpens', 'uris', 'domains'],
  place: ['country', 'city'],
  ping: ['path', 'body', 'place', 'submittedAt'],
} as const;

/** What an observation says, checked and hashed. */
export interface ReadObservation {
  readonly ping: DecodedPing;
  readonly place: Place;
  readonly submittedAt: EpochMs;
}

/**
 * Checks what a caller observed of a client, and hashes its ids. Callers may be plain JavaScript, so nothing is taken
 * for granted; a field that is not known is refused, as it would be lost without a word.
 * @throws PingRejection that names the field, never what stood in it
 */
export function readObservation(input: unknown, now: EpochMs): ReadObservation {
  const observation = objectOf(input, 'observation');
  const submittedAt = pastMoment(observation.submittedAt, now);
  const createdAt = momentIn(observation, 'createdAt') ?? submittedAt;
  const { client, alias } = idsOf(observation);
  const facts = objectOf(observation.facts ?? {}, 'facts');
  const place = readPlace({ country: facts.country, city: facts.city });
  if (client === null) return { ping: { kind: 'nobody' }, place, submittedAt };
  const ping = {
    kind: 'observation',
    documentId: keptDocumentId(observation.documentId ?? randomUUID(), [client, alias]),
    createdAt,
    client,
    alias,
    addons: addonsInList(observation.addons, 'type'),
    counters: countersOf(observation.counters),
    facts: {
      locale: optionalText(facts, 'locale', MAX_FACT_CHARS),
      os: optionalText(facts, 'os', MAX_FACT_CHARS),
      channel: optionalText(facts, 'channel', MAX_FACT_CHARS),
    },
  } as const;
  assertHidesClient(ping, place);
  return { ping, place, submittedAt };
}

/** A received ping, checked as far as can be without decoding it. */
export interface ReadPing {
  readonly path: string;
  /** Undefined where there is more than is read of a ping. */
  readonly body: Buffer | undefined;
  readonly place: Place;
  readonly submittedAt: EpochMs;
}

/** Checks what a caller received. @throws PingRejection as `readObservation` */
export function readPing(input: unknown, now: EpochMs): ReadPing {
  const { path, body, place, submittedAt } = objectOf(input, 'ping');
  if (typeof path !== 'string') throw new PingRejection('wrong-shape', 'path must be the path of a request');
  if (!(body instanceof Uint8Array)) throw new PingRejection('wrong-shape', 'body must be bytes');
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return {
    path,
    body: bytes.length > MAX_UNPACKED_BYTES ? undefined : bytes,
    place: readPlace(place),
    submittedAt: pastMoment(submittedAt, now),
  };
}

/** A place as the intake keeps it. */
function readPlace(input: unknown): Place {
  const place = objectOf(input ?? {}, 'place');
  const country = optionalText(place, 'country', MAX_FACT_CHARS);
  return placeOf(country, optionalText(place, 'city', MAX_FACT_CHARS));
}

/** When something reached the caller; now where it does not say. */
function pastMoment(value: unknown, now: EpochMs): EpochMs {
  const moment = momentIn({ submittedAt: value }, 'submittedAt') ?? now;
  if (moment <= now) return moment;
  throw new PingRejection('wrong-shape', 'submittedAt must not be in the future');
}

/** The two ids as the log may know them: of two that are somebody's, the first is the one that holds the data. */
function idsOf({ clientId, gleanClientId }: JsonObject): {
  client: Sha256Hex | null;
  alias: Sha256Hex | null;
} {
  const first = hashed(clientId, 'clientId');
  const second = gleanClientId === undefined ? null : hashed(gleanClientId, 'gleanClientId');
  if (first === null || first === second) return { client: second, alias: null };
  return { client: first, alias: second };
}

function hashed(raw: unknown, field: string): Sha256Hex | null {
  const id = hashRawClientId(raw);
  if (id.kind === 'invalid') {
    throw new PingRejection('client-id-invalid', `${field} must be a UUID in lower case with dashes`);
  }
  return id.kind === 'client' ? id.sha : null;
}

function countersOf(input: unknown): MainCounters | null {
  if (input === undefined || input === null) return null;
  const counters = objectOf(input, 'counters');
  const counter = (field: keyof MainCounters): number | null => optionalInteger(counters, field, { min: 0 });
  return {
    subsessionSeconds: counter('subsessionSeconds'),
    bookmarks: counter('bookmarks'),
    tabOpens: counter('tabOpens'),
    uris: counter('uris'),
    domains: counter('domains'),
  };
}

function momentIn(parent: JsonObject, field: string): EpochMs | null {
  const value = parent[field];
  if (value === undefined || value === null) return null;
  const moment = value instanceof Date ? value.getTime() : value;
  if (isStorableInteger(moment) && moment >= 0) return moment;
  throw new PingRejection('wrong-shape', `${field} must be a Date or whole milliseconds since 1970`);
}

function objectOf(value: unknown, what: keyof typeof FIELDS): JsonObject {
  if (!isJsonObject(value)) throw new PingRejection('wrong-shape', `the ${what} must be an object`);
  const known: readonly string[] = FIELDS[what];
  if (Object.keys(value).every((field) => known.includes(field))) return value;
  // The field that is too many is not named: somebody may have put an id there.
  throw new PingRejection('wrong-shape', `the ${what} may have these fields only: ${known.join(', ')}`);
}
