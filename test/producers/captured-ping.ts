import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { DecodedPing } from '../../src/producers/decoded-ping.ts';
import type { JsonObject } from '../../src/producers/json-field.ts';
import { decodePing } from '../../src/producers/ping-body.ts';
import { PingRejection } from '../../src/producers/ping-rejection.ts';
import { parseSubmission } from '../../src/producers/submission.ts';

/** A request that a real Firefox 153 sent (with throw-away ids); `main` carries the headers of its pingsender. */
export interface CapturedPing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

export type CapturedName = 'main' | 'new-profile' | 'deletion-request' | 'addons' | 'baseline';

/** The legacy and the Glean id of the captured browser. */
export const LEGACY_ID = 'c4d942ad-bc8a-4896-a267-bbf80fa011a9';
export const GLEAN_ID = 'e7446410-eee2-436a-991d-e96b0333d69a';
export const CANARY_ID = 'c0ffeec0-ffee-c0ff-eec0-ffeec0ffeec0';
export const ZERO_ID = '00000000-0000-0000-0000-000000000000';

/** A fresh copy of a captured request. */
export function captured(name: CapturedName): CapturedPing {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));
}

/** A captured request whose body differs in one field: another value there, or none where it is undefined. */
export function changed(ping: CapturedPing, path: readonly string[], value: unknown): CapturedPing {
  return { ...ping, body: replaced(ping.body, path, value) };
}

function replaced(object: JsonObject, [field = '', ...below]: readonly string[], value: unknown): JsonObject {
  const { [field]: before, ...others } = object;
  if (below.length > 0) return { ...object, [field]: replaced((before ?? {}) as JsonObject, below, value) };
  return value === undefined ? others : { ...object, [field]: value };
}

/** A legacy deletion of the captured browser, in the shape of spec/taar-training.md section 3. */
export function legacyDeletion(): CapturedPing {
  const { url, headers, body } = captured('new-profile');
  const { environment: _environment, ...header } = body;
  const payload = { scalars: { parent: {} } };
  return {
    url: url.replace('/new-profile/', '/deletion-request/'),
    headers,
    body: { ...header, type: 'deletion-request', payload },
  };
}

/** The bytes of a body as Firefox sends them. */
export function packed(body: unknown): Buffer {
  return gzipSync(JSON.stringify(body));
}

/** What the decoder makes of a request. */
export function decoded({ url, body }: Pick<CapturedPing, 'url' | 'body'>): DecodedPing {
  const submission = parseSubmission(url);
  if (submission.kind === 'unread') throw new Error(`not read: ${submission.reason}`);
  return decodePing(Buffer.from(JSON.stringify(body)), submission);
}

/** The code with which the decoder refuses a request; undefined where it does not. */
export function rejectionOf(ping: Pick<CapturedPing, 'url' | 'body'>): string | undefined {
  try {
    decoded(ping);
    return undefined;
  } catch (error) {
    if (error instanceof PingRejection) return error.code;
    throw error;
  }
}
