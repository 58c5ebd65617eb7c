import { type Sha256Hex, sha256Hex } from '../domain/client-key.ts';

/** What a telemetry client id stands for, once it can no longer be read. */
export type HashedClientId =
  | { readonly kind: 'client'; readonly sha: Sha256Hex }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'invalid' };

/** Lower case with dashes: any other spelling of the same id would hash to another client. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What Firefox sends when telemetry is off, and what an uninitialised id looks like (DESIGN section 5). */
const NOBODY: ReadonlySet<string> = new Set([
  'c0ffeec0-ffee-c0ff-eec0-ffeec0ffeec0',
  '00000000-0000-0000-0000-000000000000',
]);

/** The only function that sees a raw client id. What it returns cannot be turned back into one. */
export function hashRawClientId(raw: unknown): HashedClientId {
  if (typeof raw !== 'string' || !UUID.test(raw)) return { kind: 'invalid' };
  if (NOBODY.has(raw)) return { kind: 'nobody' };
  return { kind: 'client', sha: sha256Hex(raw) };
}
