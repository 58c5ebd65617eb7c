import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip, inflateSync } from 'node:zlib';
import { parseSha256Hex, type Sha256Hex } from '../domain/client-key.ts';
import type { EpochMs } from '../domain/clock.ts';
import { messageOf, TaarError } from '../domain/errors.ts';
import { AVRO_MAGIC, readAvroFile } from '../log/avro-file.ts';
import { isGzipped } from './gzip-magic.ts';
import { isJsonObject, type JsonObject, parsedJson } from './json-field.ts';
import { linesOf } from './lines.ts';
import type { ProfileRow } from './profile-row.ts';
import { hashRawClientId } from './raw-client-id.ts';

/** A thousand add-ons in full have a third of this; a longer line is no row, and must not fill the memory. */
export const MAX_ROW_BYTES = 2 * 2 ** 20;

/** A row nests no deeper than 3; what goes on with it calls itself for each level, and would run out of stack. */
const MAX_ROW_DEPTH = 32;

/** A row of a file: what it says, or why it says nothing. `where` is its line, or its number in an Avro file. */
export type FoundRow = { readonly where: string } & (
  | { readonly kind: 'row'; readonly row: ProfileRow; readonly bytes: number }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'malformed'; readonly reason: string }
);

/**
 * The rows of a file with TAAR's profiles, gzipped or not, one at a time: JSON lines of rows; Avro of rows, as the
 * job exported them; or Avro of Bigtable rows, as a backup of the table holds them. A raw client id goes no further
 * than this; the reasons name no content.
 * @param seenAt the moment that the rows stand for
 * @throws TaarError `profiles-unreadable` or `avro-unreadable` (halt)
 */
export async function* readProfileRows(file: string, seenAt: EpochMs): AsyncGenerator<FoundRow> {
  const isGzip = isGzipped(await firstBytes(file, 2));
  try {
    const isAvro = (await firstUnpacked(file, isGzip)).equals(AVRO_MAGIC);
    yield* isAvro ? avroRows(bytesOf(file, isGzip), seenAt) : lineRows(bytesOf(file, isGzip), seenAt);
  } catch (error) {
    throw error instanceof TaarError ? error : unreadable(file, error);
  }
}

/** When a file was last written: the best guess of what moment its rows stand for. */
export async function writtenAt(file: string): Promise<EpochMs> {
  try {
    return Math.floor((await stat(file)).mtimeMs);
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function* lineRows(bytes: Readable, seenAt: EpochMs): AsyncGenerator<FoundRow> {
  for await (const { number, text } of linesOf(bytes, MAX_ROW_BYTES)) {
    const where = `line ${number}`;
    if (text === undefined) yield { kind: 'malformed', where, reason: 'it is too long, or no UTF-8' };
    else if (text.trim() !== '') yield rowOf(where, parsedJson(text), seenAt, text.length);
  }
}

async function* avroRows(bytes: Readable, seenAt: EpochMs): AsyncGenerator<FoundRow> {
  let number = 0;
  for await (const record of readAvroFile(bytes)) {
    number += 1;
    const where = `row ${number}`;
    const row = isJsonObject(record) && Array.isArray(record.cells) ? bigtableRow(record) : record;
    // Avro's records and numbers are plain already; this is about what JSON would make of them.
    const text = row === undefined || isDeeperThan(MAX_ROW_DEPTH, row) ? undefined : JSON.stringify(row);
    if (text === undefined) yield { kind: 'malformed', where, reason: 'it has no payload that can be read' };
    else yield rowOf(where, JSON.parse(text), seenAt, text.length);
  }
}

/** The payload of a Bigtable row, which says its client by the key; undefined where it has none. */
function bigtableRow({ key, cells }: JsonObject): JsonObject | undefined {
  const cell = (cells as readonly unknown[]).find(
    (found): found is JsonObject =>
      isJsonObject(found) && found.family === 'profile' && textIn(found.qualifier) === 'payload',
  );
  if (!(cell?.value instanceof Uint8Array)) return undefined;
  try {
    const payload = inflateSync(cell.value, { maxOutputLength: MAX_ROW_BYTES }).toString('utf8');
    const row: unknown = JSON.parse(payload);
    return isJsonObject(row) ? { ...row, client_id: textIn(key) } : undefined;
  } catch {
    return undefined;
  }
}

function rowOf(where: string, value: unknown, seenAt: EpochMs, bytes: number): FoundRow {
  if (!isJsonObject(value)) return { kind: 'malformed', where, reason: 'it is no JSON object' };
  if (isDeeperThan(MAX_ROW_DEPTH, value)) {
    return { kind: 'malformed', where, reason: `it nests deeper than ${MAX_ROW_DEPTH}` };
  }
  const { client_id: id, ...fields } = value;
  const client = clientOf(id);
  if (client === 'nobody') return { kind: 'nobody', where };
  if (client === undefined) {
    const reason = 'client_id must be a SHA-256 in 64 hex digits, or a client id';
    return { kind: 'malformed', where, reason };
  }
  return { kind: 'row', where, row: { sha: client, fields, seenAt }, bytes };
}

function isDeeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(depth - 1, inner));
}

/** Rows of the table name a client by its hash, those of the job's export by its id. */
function clientOf(id: unknown): Sha256Hex | 'nobody' | undefined {
  const sha = typeof id === 'string' ? parseSha256Hex(id) : undefined;
  if (sha !== undefined) return sha;
  const hashed = hashRawClientId(id);
  if (hashed.kind === 'client') return hashed.sha;
  return hashed.kind === 'nobody' ? 'nobody' : undefined;
}

function textIn(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);
}

function bytesOf(file: string, isGzip: boolean): Readable {
  const bytes = createReadStream(file);
  if (!isGzip) return bytes;
  const unpacked = createGunzip();
  bytes.once('error', (error) => unpacked.destroy(error));
  return bytes.pipe(unpacked);
}

async function firstUnpacked(file: string, isGzip: boolean): Promise<Buffer> {
  const bytes = bytesOf(file, isGzip);
  try {
    for await (const chunk of bytes) return Buffer.from(chunk.subarray(0, AVRO_MAGIC.length));
    return Buffer.alloc(0);
  } finally {
    bytes.destroy();
  }
}

async function firstBytes(file: string, count: number): Promise<Buffer> {
  try {
    await using opened = await open(file);
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): TaarError {
  const message = `${file} cannot be read: ${messageOf(error)}`;
  return new TaarError('profiles-unreadable', 'halt', message, { cause: error });
}
