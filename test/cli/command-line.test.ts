import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './captured-io.ts';

const RAW_ID = '5d2c8f3a-6b1e-4c7d-9a2f-0e1d2c3b4a59';

let dataDir = '';
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'taar-cli-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

describe('help', () => {
  const commands = [
    ['up'],
    ['simulate'],
    ['profile'],
    ['delete'],
    ['receipt'],
    ['why'],
    ['train'],
    ['models'],
    ['models', 'list'],
    ['models', 'show'],
    ['models', 'activate'],
    ['models', 'import'],
    ['models', 'export'],
    ['catalogue', 'load'],
    ['profiles', 'import'],
    ['compare'],
    ['conformance'],
    ['dlq'],
    ['dlq', 'list'],
    ['dlq', 'show'],
    ['dlq', 'replay'],
    ['settings'],
    ['openapi'],
  ];

  it.each(commands)('of %s %s explains itself with examples and exits 0', async (...command) => {
    const { code, out, err } = await run([...command.filter(Boolean), '--help']);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toMatch(/Examples?:\n {2}\$ /);
    expect(out).toContain(`taar ${command.filter(Boolean).join(' ')}`);
  });

  it('of the whole names every command and the exit codes', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const [command = ''] of commands) expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    expect(out).toContain('Exit codes: 0 done, 1 failed, 2');
  });
});

describe('a command line that cannot be understood', () => {
  const wrong = [
    [[], 'Usage:'],
    [['fly'], "unknown command 'fly'"],
    [['up', '--fast'], "unknown option '--fast'"],
    [['profile'], "missing required argument 'id'"],
    [['simulate', '--clients', 'many'], 'a whole number from 1'],
    [['simulate', '--url', 'ftp://127.0.0.1'], 'an address such as'],
    [['train', 'weather'], 'there is no model "weather"'],
    [['dlq', 'show', 'somewhere'], 'a position such as'],
    [['dlq', 'list', '--limit', '0'], 'a whole number from 1'],
    [['dlq', 'replay', '--topic', 'models.chunk.published.v1'], 'Allowed choices'],
    [['models', 'activate'], "missing required argument 'set'"],
    [['compare', '--against', 'http://127.0.0.1:1'], "required option '--clients <file>'"],
    [['conformance'], 'it takes --url or --write'],
    [['delete', 'not-an-id'], 'no client id'],
    [['receipt', 'not-an-id'], 'no request id'],
    [['why', 'not-a-token'], 'no token'],
    [['delete', '--sha256', RAW_ID], 'no SHA-256'],
    [['profile', 'c0ffeec0-ffee-c0ff-eec0-ffeec0ffeec0'], 'stands for nobody'],
  ] as const;

  it.each(wrong)('%j exits 2 and says what is wrong', async (args, what) => {
    const { code, out, err } = await run(args, { DATA_DIR: dataDir });
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(what);
    expect(err).not.toContain('    at ');
  });

  it('never repeats a client id, not even an unusable one', async () => {
    for (const args of [
      ['profile', RAW_ID.toUpperCase()],
      ['delete', `${RAW_ID}0`],
      ['delete', '--sha256', RAW_ID],
      ['profile', RAW_ID, RAW_ID],
    ]) {
      const { code, err } = await run(args, { DATA_DIR: dataDir });
      expect(code).toBe(2);
      expect(err.toLowerCase()).not.toContain(RAW_ID);
    }
  });
});

describe('a command that fails', () => {
  it('reports every unusable setting and exits 2', async () => {
    const { code, err } = await run(['models', 'list'], { DATA_DIR: dataDir, PORT: 'x', SEED: 'y' });
    expect(code).toBe(2);
    expect(err).toContain('PORT:');
    expect(err).toContain('SEED:');
  });

  it('says that there is no data instead of making some, and exits 1', async () => {
    const { code, out, err } = await run(['profile', '-'], { DATA_DIR: dataDir }, `${RAW_ID}\n`);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain('(no-data)');
    expect(err).not.toContain(RAW_ID);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('prints the error as one JSON line with --json', async () => {
    const { code, err } = await run(['models', 'list', '--json'], { DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'no-data' } });
  });

  it('shows a stack trace only with LOG_LEVEL=debug', async () => {
    const env = { DATA_DIR: dataDir };
    expect((await run(['models', 'list'], env)).err).not.toContain('    at ');
    expect((await run(['models', 'list'], { ...env, LOG_LEVEL: 'debug' })).err).toContain('    at ');
  });

  it('says why a catalogue cannot be read', async () => {
    const { code, err } = await run(['catalogue', 'load', join(dataDir, 'none.json')], { DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(err).toContain('(catalogue-unreadable)');
  });
});

describe('settings', () => {
  it('prints the table, or data', async () => {
    expect((await run(['settings'])).out).toContain('| `PORT` | `8000` |');
    const { out } = await run(['settings', '--json']);
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({ variable: 'DATA_DIR', default: './data' }),
    );
  });
});
