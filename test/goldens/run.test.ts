import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstDifference } from './difference.ts';

const RUNNER = fileURLToPath(new URL('./run.ts', import.meta.url));
const PROFILES = {
  rows: [
    {
      client_id: 'somebody',
      app_name: 'Firefox',
      channel: 'release',
      normalized_channel: 'release',
      active_addons: [{ addon_id: 'a@example.org' }, { addon_id: 'b@example.org' }],
    },
  ],
  addons_database_webext: [],
};
const COUNTS = { 'a@example.org': 1, 'b@example.org': 1 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taar-goldens-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, content: unknown): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  const text = Buffer.from(JSON.stringify(content));
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
}

function run(...options: string[]): { status: number | null; lines: string[] } {
  const args = [RUNNER, '--dir', folder, '--set', 'tiny', ...options];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n') };
}

describe('the goldens runner', () => {
  it('passes when every case passes, and leaves files without a check and of other sets alone', () => {
    put('taar-training/profiles.tiny.json.gz', PROFILES);
    put('taar-training/ranking.tiny.json', { expected_guid_install_ranking: COUNTS });
    put('taar-training/ranking.other.json', { expected_guid_install_ranking: {} });
    put('made-up/thing.tiny.json', {});
    put('made-up/lines.tiny.jsonl', {});
    const { status, lines } = run();
    expect(lines).toEqual([
      'made-up/thing: not implemented',
      'taar-training/profiles: not implemented',
      'taar-training/ranking: passed (3 passed, 0 failed)',
      '3 passed, 0 failed',
    ]);
    expect(status).toBe(0);
  });

  it('fails with the place of the difference when a case fails', () => {
    put('taar-training/profiles.tiny.json', PROFILES);
    put('taar-training/ranking.tiny.json.gz', {
      expected_guid_install_ranking: { ...COUNTS, 'b@example.org': 2 },
    });
    const { status, lines } = run();
    expect(lines).toContain('  b@example.org: $: got 1, expected 2');
    expect(lines.at(-1)).toBe('2 passed, 1 failed');
    expect(status).toBe(1);
  });

  it('fails when a check cannot run', () => {
    put('taar-training/ranking.tiny.json', { expected_guid_install_ranking: COUNTS });
    const { status, lines } = run();
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect(status).toBe(1);
  });

  it('runs only what is asked for, and fails when that is nothing', () => {
    put('taar-training/profiles.tiny.json', PROFILES);
    put('taar-training/ranking.tiny.json', { expected_guid_install_ranking: COUNTS });
    put('taar-training/guidguid.tiny.json', {});
    expect(run('--only', 'taar-training/ranking')).toMatchObject({ status: 0, lines: { length: 2 } });
    expect(run('--only', 'taar-training/nothing')).toEqual({ status: 1, lines: ['0 passed, 0 failed'] });
  });

  it('refuses an unknown option', () => {
    expect(run('--some')).toMatchObject({ status: 2 });
  });
});

describe('the first difference', () => {
  it.each([
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, '$.a[1].b: got 2, expected 3'],
    [{ a: 1 }, {}, '$.a: got 1, expected nothing'],
    [[1], [1, 2], '$: got 1 elements, expected 2'],
    [null, {}, '$: got null, expected {}'],
    [[], {}, '$: got [], expected {}'],
  ])('of %j and %j is told by its path', (actual, expected, difference) => {
    expect(firstDifference(actual, expected)).toBe(difference);
  });

  it('does not see the order of keys', () => {
    expect(firstDifference({ a: 1, b: 2 }, { b: 2, a: 1 })).toBeUndefined();
  });
});
