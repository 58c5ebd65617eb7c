import type { EpochMs } from '../domain/clock.ts';
import type { Manifest } from '../domain/model-records.ts';

/** `YYYYMMDDTHHMMSSmmmZ-<8 hex>`: unique, and its text order is its order in time. */
const VERSION = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-[0-9a-f]{8}$/;
const DIGEST_HEX = 8;

/** A version of this moment for content of this digest (hex), later than `last` even when the clock is not. */
export function nextVersion(now: EpochMs, last: string | undefined, sha256: string): string {
  const lastAt = last === undefined ? undefined : timeOfVersion(last);
  const at = lastAt === undefined ? now : Math.max(now, lastAt + 1);
  return `${new Date(at).toISOString().replaceAll(/[-:.]/g, '')}-${sha256.slice(0, DIGEST_HEX)}`;
}

/** The moment in a version; undefined where the text is none. */
export function timeOfVersion(version: string): EpochMs | undefined {
  const parts = VERSION.exec(version);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, milli] = parts.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, milli);
}

/** The latest version of a model among manifests; undefined where it has none. */
export function latestVersion(manifests: Iterable<Manifest>, model: string): string | undefined {
  let latest: string | undefined;
  for (const manifest of manifests) {
    if (manifest.model === model && (latest === undefined || manifest.version > latest)) {
      latest = manifest.version;
    }
  }
  return latest;
}

/** `model@version`: the key of a manifest. */
export function modelKey({ model, version }: { readonly model: string; readonly version: string }): string {
  return `${model}@${version}`;
}

/** `model@version#0001`: the key of a chunk; `index` counts from 0. */
export function chunkKey(model: string, index: number): string {
  return `${model}#${String(index + 1).padStart(4, '0')}`;
}

/** The `model@version` of a chunk's key. */
export function modelOfChunk(key: string): string {
  return key.slice(0, key.lastIndexOf('#'));
}
