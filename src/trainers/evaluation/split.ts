import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { messageOf, TaarError } from '../../domain/errors.ts';

export type Part = 'train' | 'valid' | 'test';
const PARTS: readonly Part[] = ['train', 'valid', 'test'];

/** A file that unpacks to more is damaged, or not meant for one machine. */
const MAX_PART_BYTES = 2 ** 30;

/** Who has what: `users[i]` has `items[i]`. No pair is there twice. */
export interface Pairs {
  readonly users: readonly string[];
  readonly items: readonly string[];
}

/** What is known, what parameters are chosen by, and what models are judged by. */
export type Split = Readonly<Record<Part, Pairs>>;

/**
 * Reads `{train,valid,test}.tsv` or `.tsv.gz` of a folder: a user and an item on each line, a tab between them.
 *
 * @throws TaarError `split-unreadable` where a file is missing, `split-damaged` where it is not as it should be
 */
export async function readSplit(folder: string): Promise<Split> {
  const split = {
    train: await readPart(folder, 'train'),
    valid: await readPart(folder, 'valid'),
    test: await readPart(folder, 'test'),
  };
  refuseSharedPairs(folder, split);
  return split;
}

async function readPart(folder: string, part: Part): Promise<Pairs> {
  const plain = `${part}.tsv`;
  try {
    return parsePairs(join(folder, plain), await readFile(join(folder, plain)));
  } catch (error) {
    if (!isMissing(error)) throw unreadable(join(folder, plain), error);
  }
  const packed = join(folder, `${plain}.gz`);
  let bytes: Buffer;
  try {
    bytes = await readFile(packed);
  } catch (error) {
    throw isMissing(error) ? missing(folder, plain) : unreadable(packed, error);
  }
  return parsePairs(packed, unpacked(packed, bytes));
}

function unpacked(path: string, bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_PART_BYTES });
  } catch (error) {
    throw damaged(`${path} cannot be unpacked: ${messageOf(error)}`);
  }
}

function parsePairs(path: string, bytes: Buffer): Pairs {
  const users: string[] = [];
  const items: string[] = [];
  const seen = new Set<string>();
  for (const [at, line] of textOf(path, bytes).split('\n').entries()) {
    if (line === '') continue;
    const [user, item, ...more] = line.replace(/\r$/, '').split('\t');
    if (!user || !item || more.length > 0) {
      throw damaged(`line ${at + 1} of ${path} is not a user and an item with a tab between them`);
    }
    const { size } = seen;
    if (seen.add(line).size === size) throw damaged(`line ${at + 1} of ${path} is there twice`);
    users.push(user);
    items.push(item);
  }
  if (users.length === 0) throw damaged(`${path} is empty`);
  return { users, items };
}

function textOf(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw damaged(`${path} is not UTF-8`);
  }
}

/** A pair that is known and asked for at once would make every figure too good. */
function refuseSharedPairs(folder: string, split: Split): void {
  const partOf = new Map<string, Part>();
  for (const part of PARTS) {
    const { users, items } = split[part];
    for (const [i, user] of users.entries()) {
      const pair = `${user}\t${items[i]}`;
      const other = partOf.get(pair);
      if (other !== undefined) throw damaged(`${folder} has pairs that are both in ${other} and in ${part}`);
      partOf.set(pair, part);
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function missing(folder: string, name: string): TaarError {
  return new TaarError('split-unreadable', 'halt', `${folder} has neither ${name} nor ${name}.gz`);
}

function unreadable(path: string, error: unknown): unknown {
  if (error instanceof TaarError) return error;
  return new TaarError('split-unreadable', 'halt', `${path} cannot be read: ${messageOf(error)}`);
}

function damaged(message: string): TaarError {
  return new TaarError('split-damaged', 'halt', message);
}
