import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { folderOf, tastes, textOf } from '../../trainers/evaluation/splits.ts';
import { run } from '../captured-io.ts';

const { train, valid, test } = tastes(40);
const FOLDER = folderOf({
  'train.tsv.gz': gzipSync(textOf(train)),
  'valid.tsv': textOf(valid),
  'test.tsv': textOf(test),
});

describe('taar eval', () => {
  it('prints figures with their errors, and what was chosen', async () => {
    const { code, out, err } = await run(['eval', '--split', FOLDER, '--model', 'linear']);
    expect(code).toBe(0);
    expect(out).toContain('40 users');
    expect(out).toMatch(/chosen on valid of 8: lambda \d+, dropout [\d.]+ \(NDCG@20 0\.\d{4}\)/);
    expect(out).toMatch(/^linear( +[01]\.\d{4} ± 0\.\d{4}){3} +[01]\.\d{4}$/m);
    expect(out).toMatch(/CPU [\d.]+ s/);
    expect(err.split('\n')).toHaveLength(9);
  });

  it('writes a list of at most 20 new items for each user of the test', async () => {
    const path = join(FOLDER, 'lists.tsv');
    const { code, out } = await run([
      'eval',
      '--split',
      FOLDER,
      '--model',
      'itemknn',
      '--out',
      path,
      '--json',
    ]);
    expect(code).toBe(0);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(40);
    const found = new Map(lines.map((line) => [line.split('\t')[0], line.split('\t').slice(1)]));
    for (const [user, items] of found) {
      expect(items).toHaveLength(20);
      const own = [train, valid].flatMap((part) => part.items.filter((_, i) => part.users[i] === user));
      expect(items.filter((item) => own.includes(item))).toEqual([]);
    }
    const hits = test.users.filter((user, i) => found.get(user)?.includes(test.items[i] ?? ''));
    expect(JSON.parse(out).figures.recall.mean).toBeCloseTo(hits.length / test.users.length, 10);
  });

  it('shows a blend beside its members, with the interval of the difference', async () => {
    const { out } = await run(['eval', '--split', FOLDER, '--model', 'blend']);
    for (const name of ['popularity', 'itemknn', 'linear']) {
      expect(out).toMatch(new RegExp(`NDCG@20 less that of ${name}: .*95 % interval`));
    }
  });

  it('gives the same figures for the same seed', async () => {
    const figures = async () => {
      const { figures, chosen } = JSON.parse(
        (await run(['eval', '--split', FOLDER, '--model', 'blend', '--json'])).out,
      );
      return { figures, chosen };
    };
    expect(await figures()).toEqual(await figures());
  });

  it.each([
    [['--split', FOLDER, '--model', 'oracle'], 'eval-model-unknown', 'popularity, itemknn, linear'],
    [['--split', join(FOLDER, 'gone'), '--model', 'popularity'], 'split-unreadable', 'train.tsv'],
    [
      ['--split', FOLDER, '--model', 'popularity', '--out', join(FOLDER, 'no', 'lists.tsv')],
      'lists-unwritable',
      'lists.tsv',
    ],
  ])('says what is wrong: %s', async (args, error, message) => {
    const { code, err, out } = await run(['eval', ...args]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(error);
    expect(err).toContain(message);
  });
});
