import type { EpochMs } from '../domain/clock.ts';
import { addonsById } from './addon-fields.ts';
import { type DecodedPing, MAX_FACT_CHARS } from './decoded-ping.ts';
import { documentIdOf, keptDocumentId } from './document-id.ts';
import { type JsonObject, optionalObject, optionalText, requiredObject } from './json-field.ts';
import { mainCounters } from './main-counters.ts';
import { PingRejection } from './ping-rejection.ts';
import { hashRawClientId } from './raw-client-id.ts';
import type { LegacySubmission } from './submission.ts';

/** The version of the legacy ping shape that is read. */
const VERSION = 4;
const APPLICATION_FIELDS = [
  'architecture',
  'buildId',
  'channel',
  'name',
  'platformVersion',
  'version',
  'vendor',
  'xpcomAbi',
];
const ENVIRONMENT_FIELDS = ['build', 'partner', 'settings', 'system'];

/**
 * Decodes a legacy `main`, `new-profile` or `deletion-request` ping (spec/taar-training.md sections 2.1, 2.2, 3).
 * Fields that are not needed are not checked: a newer Firefox may add some, and a refused ping is lost for good.
 * @throws PingRejection
 */
export function decodeLegacyPing(ping: JsonObject, submission: LegacySubmission): DecodedPing {
  assertHeader(ping, submission);
  const createdAt = creationTime(ping.creationDate);
  const hashed = hashRawClientId(ping.clientId);
  if (hashed.kind === 'invalid') {
    throw new PingRejection('client-id-invalid', 'clientId must be a UUID in lower case with dashes');
  }
  if (hashed.kind === 'nobody') return hashed;
  if (submission.type === 'deletion-request') return { kind: 'deletion', createdAt, clients: [hashed.sha] };
  const environment = environmentOf(ping);
  const settings = optionalObject(environment, 'settings');
  const os = optionalObject(optionalObject(environment, 'system'), 'os');
  const payload = optionalObject(ping, 'payload');
  return {
    kind: 'observation',
    documentId: keptDocumentId(submission.documentId, [hashed.sha]),
    createdAt,
    client: hashed.sha,
    alias: null,
    addons: addonsById(optionalObject(optionalObject(environment, 'addons'), 'activeAddons')),
    counters: submission.type === 'main' ? mainCounters(payload) : null,
    facts: {
      locale: optionalText(settings, 'locale', MAX_FACT_CHARS),
      os: optionalText(os, 'name', MAX_FACT_CHARS),
      channel: optionalText({ channel: submission.channel }, 'channel', MAX_FACT_CHARS),
    },
  };
}

/** What all legacy pings have in common. The id in the body must be that of the address. */
function assertHeader(ping: JsonObject, submission: LegacySubmission): void {
  if (ping.type !== submission.type) {
    throw new PingRejection('type-mismatch', 'type must be the document type of the address');
  }
  if (ping.version !== VERSION) {
    throw new PingRejection('version-unsupported', `version must be ${VERSION}`);
  }
  if (documentIdOf(ping.id) !== documentIdOf(submission.documentId)) {
    throw new PingRejection('document-id-invalid', 'id must be the document id of the address');
  }
  const application = requiredObject(ping, 'application');
  const missing = APPLICATION_FIELDS.find((field) => application[field] === undefined);
  if (missing !== undefined) throw new PingRejection('wrong-shape', `application.${missing} is missing`);
}

function environmentOf(ping: JsonObject): JsonObject | null {
  const environment = optionalObject(ping, 'environment');
  if (environment !== null) for (const field of ENVIRONMENT_FIELDS) requiredObject(environment, field);
  return environment;
}

/** `YYYY-MM-DDTHH:MM:SS.mmmZ`, and nothing else. @throws PingRejection `created-at-invalid` */
function creationTime(text: unknown): EpochMs {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString() !== text) {
    throw new PingRejection('created-at-invalid', 'creationDate must read YYYY-MM-DDTHH:MM:SS.mmmZ');
  }
  return time;
}
