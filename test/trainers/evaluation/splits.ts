import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { uniformsOf } from '../../../src/domain/random.ts';
import type { Pairs, Split } from '../../../src/trainers/evaluation/split.ts';

/** Pairs such as 'ann a b c': a user and the items. */
export function pairs(...rows: readonly string[]): Pairs {
  const all = rows.flatMap((row) => {
    const [user = '', ...items] = row.split(' ');
    return items.map((item) => ({ user, item }));
  });
  return { users: all.map(({ user }) => user), items: all.map(({ item }) => item) };
}

export type Texts = Readonly<Record<string, string | Uint8Array>>;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder with those files, until the test file is done. */
export function folderOf(files: Texts): string {
  const folder = mkdtempSync(join(tmpdir(), 'taar-split-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

export function textOf({ users, items }: Pairs): string {
  return users.map((user, i) => `${user}\t${items[i]}\n`).join('');
}

const GROUPS = 3;
const ITEMS_IN_GROUP = 25;
const ITEMS_EACH = 8;

/** People who like the items of one of three groups, some of them more than others; 2 of 8 for each part held out. */
export function tastes(people: number): Split {
  const parts: Record<keyof Split, string[]> = { train: [], valid: [], test: [] };
  for (let person = 0; person < people; person++) {
    const draw = uniformsOf(1, 'test.tastes', person);
    const group = Math.floor(draw(0) * GROUPS);
    const own = new Set<string>();
    for (let i = 1; own.size < ITEMS_EACH; i++) {
      own.add(`g${group}i${Math.floor(ITEMS_IN_GROUP * draw(i) ** 1.5)}`);
    }
    const items = [...own];
    const name = `p${person}`;
    parts.test.push([name, ...items.slice(0, 2)].join(' '));
    parts.valid.push([name, ...items.slice(2, 4)].join(' '));
    parts.train.push([name, ...items.slice(4)].join(' '));
  }
  return { train: pairs(...parts.train), valid: pairs(...parts.valid), test: pairs(...parts.test) };
}
