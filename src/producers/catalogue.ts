import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { messageOf, TaarError } from '../domain/errors.ts';
import type { Listing } from '../domain/listing.ts';
import type { EventLog } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { isGzipped } from './gzip-magic.ts';
import { isJsonObject, parsedJson } from './json-field.ts';
import { listingOf } from './listing-row.ts';

/** The largest text that is read; V8 holds no string of more than about twice this. */
export const MAX_CATALOGUE_BYTES = 256 * 2 ** 20;
/** Listings in one append: enough to be quick, few enough to give way to pings in between. */
const LISTINGS_PER_APPEND = 500;

/** A row that was left out: where it stands in the file (its key or line) and what is wrong with it. */
export interface MalformedRow {
  readonly where: string;
  readonly reason: string;
}

export interface Catalogue {
  readonly listings: readonly Listing[];
  readonly malformed: readonly MalformedRow[];
}

interface Row {
  readonly where: string;
  readonly key?: string;
  readonly value: unknown;
  /** Set where the line is no JSON. */
  readonly unreadable?: true;
}

const unpack = promisify(gunzip);

/**
 * Reads a catalogue file, plain or gzipped: a JSON object of rows by guid, a JSON array of rows, or rows as JSON
 * lines (see `listingOf` for rows). Malformed rows are left out and named.
 * @throws TaarError `catalogue-unreadable` (halt) where the file cannot be read or holds no row at all
 */
export async function readCatalogue(file: string): Promise<Catalogue> {
  return parseCatalogue(await textOf(file));
}

/** As `readCatalogue`, from the text of the file. */
export function parseCatalogue(text: string): Catalogue {
  const byGuid = new Map<string, Listing>();
  const malformed: MalformedRow[] = [];
  for (const row of rowsOf(text)) {
    try {
      if (row.unreadable) throw new TaarError('listing-invalid', 'dead-letter', 'it is no JSON');
      const listing = listingOf(row.value, row.key);
      byGuid.set(listing.guid, listing);
    } catch (error) {
      malformed.push({ where: row.where, reason: messageOf(error) });
    }
  }
  if (byGuid.size === 0) {
    const first = malformed[0] === undefined ? '' : ` (${malformed[0].where}: ${malformed[0].reason})`;
    throw unreadable(`no add-on is in it${first}`);
  }
  return { listings: [...byGuid.values()], malformed };
}

/** Appends listings to `addons.catalogue.changed.v1`. Returns how many; they are durable then. */
export async function publishListings(
  { log, codec }: { readonly log: Pick<EventLog, 'append'>; readonly codec: RecordCodec },
  listings: readonly Listing[],
): Promise<number> {
  for (let at = 0; at < listings.length; at += LISTINGS_PER_APPEND) {
    const part = listings.slice(at, at + LISTINGS_PER_APPEND);
    await log.append(
      part.map((listing) => ({
        topic: 'addons.catalogue.changed.v1',
        key: listing.guid,
        value: codec.encode('addons.Listing', listing),
      })),
    );
  }
  return listings.length;
}

async function textOf(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    const plain = isGzipped(bytes) ? await unpack(bytes, { maxOutputLength: MAX_CATALOGUE_BYTES }) : bytes;
    if (plain.length <= MAX_CATALOGUE_BYTES) return plain.toString('utf8');
  } catch (error) {
    throw unreadable(messageOf(error));
  }
  throw unreadable(`it has more than ${MAX_CATALOGUE_BYTES} bytes`);
}

/** The rows of a text in any of the three forms. */
function rowsOf(text: string): Iterable<Row> {
  const whole = parsedJson(text);
  if (Array.isArray(whole)) return whole.map((value, index) => ({ where: `row ${index + 1}`, value }));
  if (!isJsonObject(whole)) return linesOf(text);
  if (typeof whole.guid === 'string') return [{ where: 'row 1', value: whole }];
  return Object.entries(whole).map(([key, value]) => ({ where: key, key, value }));
}

function linesOf(text: string): Iterable<Row> {
  return text.split('\n').flatMap((line, index): Row[] => {
    if (line.trim() === '') return [];
    const where = `line ${index + 1}`;
    const value = parsedJson(line);
    return [value === undefined ? { where, value, unreadable: true } : { where, value }];
  });
}

function unreadable(what: string): TaarError {
  return new TaarError(
    'catalogue-unreadable',
    'halt',
    `the catalogue file cannot be used: ${what}; give a JSON dump, a JSON array or JSON lines of add-ons`,
  );
}
