import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClientKeys, sha256Hex } from '../../src/domain/client-key.ts';
import { run } from './captured-io.ts';

const SHA = sha256Hex('somebody');
const OTHER = sha256Hex('another');

let folder = '';
let env: Record<string, string> = {};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taar-import-'));
  env = { DATA_DIR: join(folder, 'data') };
});
afterEach(() => rm(folder, { recursive: true }));

async function imported(lines: readonly unknown[], ...options: string[]) {
  const file = join(folder, 'profiles.jsonl');
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return run(['profiles', 'import', file, '--json', ...options], env);
}

async function profileOf(sha: string): Promise<Record<string, unknown>> {
  return JSON.parse((await run(['profile', '--sha256', sha, '--json'], env)).out);
}

const row = (id: string) => ({
  client_id: id,
  os: 'Linux',
  active_addons: [{ addon_id: 'a@x' }],
  total_uri: 7,
});

describe('taar profiles import', () => {
  it('takes in what rows say, names what it cannot use by its line, and changes nothing the second time', async () => {
    const lines = [row(SHA), { client_id: SHA, os: 5 }, 'SECRET', row(OTHER)];
    const { code, out, err } = await imported(lines, '--seen', '2026-11-01');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      taken: 2,
      nobody: 0,
      malformed: {
        count: 2,
        first: [
          { where: 'line 3', reason: 'it is no JSON object' },
          { where: 'line 2', reason: 'os must be text of at most 100 characters' },
        ],
      },
    });
    const before = await profileOf(SHA);
    expect(before).toMatchObject({
      clientKey: SHA,
      profile: { os: 'Linux', addons: [{ id: 'a@x' }], counters: { pings: [{ uris: 7 }] } },
    });
    await imported(lines, '--seen', '2026-11-01');
    expect(await profileOf(SHA)).toEqual(before);
  });

  it('leaves a deleted client deleted', async () => {
    await imported([row(SHA)], '--seen', '2026-11-01');
    expect((await run(['delete', '--sha256', SHA], env)).code).toBe(0);
    expect((await imported([row(SHA), row(OTHER)])).code).toBe(0);
    expect(await profileOf(SHA)).toMatchObject({ profile: null, closed: { final: true } });
    expect(await profileOf(OTHER)).toMatchObject({ profile: { os: 'Linux' } });
  });

  it('keeps clients under peppered keys where there is a pepper', async () => {
    const pepper = 'a pepper of the test';
    env = { ...env, CLIENT_KEY_PEPPER: pepper };
    await imported([row(SHA)]);
    const { clientKey, profile } = await profileOf(SHA);
    expect(clientKey).toBe(new ClientKeys(pepper).of(SHA));
    expect(profile).toMatchObject({ os: 'Linux' });
  });

  it('refuses a day that has not begun', async () => {
    const { code, err } = await imported([row(SHA)], '--seen', '2999-01-01');
    expect(code).toBe(2);
    expect(err).toContain('a day that has begun');
  });
});
