import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tokenKeyOf } from '../../src/cli/token-key.ts';
import { RecordingLogger } from '../ops/recording-logger.ts';

let dataDir: string;
let lines: RecordingLogger;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'taar-token-key-'));
  lines = new RecordingLogger();
});
afterEach(() => rm(dataDir, { recursive: true }));

const UNSET = { tokenKey: undefined, kafkaBrokers: undefined };

describe('tokenKeyOf', () => {
  it('takes the setting, and keeps nothing', async () => {
    const key = 'a key of some length';
    expect(await tokenKeyOf({ ...UNSET, tokenKey: key, dataDir }, lines.logger)).toBe(key);
    await expect(stat(join(dataDir, 'token.key'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('makes a key once and keeps it in DATA_DIR, for its owner only', async () => {
    const key = await tokenKeyOf({ ...UNSET, dataDir }, lines.logger);
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await tokenKeyOf({ ...UNSET, dataDir }, lines.logger)).toBe(key);
    expect(await readFile(join(dataDir, 'token.key'), 'utf8')).toBe(key);
    expect((await stat(join(dataDir, 'token.key'))).mode & 0o777).toBe(0o600);
    expect(lines.lines).toEqual([]);
  });

  it('makes one at each start where the log is in Kafka, and says what that means', async () => {
    const onKafka = { ...UNSET, kafkaBrokers: ['broker:9092'], dataDir };
    const first = await tokenKeyOf(onKafka, lines.logger);
    expect(await tokenKeyOf(onKafka, lines.logger)).not.toBe(first);
    expect(lines.lines[0]).toContain('TOKEN_KEY');
    expect(lines.lines.join()).not.toContain(first);
  });

  it('refuses a file that was cut off, without showing it', async () => {
    await writeFile(join(dataDir, 'token.key'), 'cut-off');
    const refused = tokenKeyOf({ ...UNSET, dataDir }, lines.logger);
    await expect(refused).rejects.toMatchObject({ code: 'token-key-unusable', disposition: 'halt' });
    await expect(refused).rejects.not.toThrow('cut-off');
  });

  it('says so where nothing can be kept', async () => {
    const refused = tokenKeyOf({ ...UNSET, dataDir: join(dataDir, 'missing') }, lines.logger);
    await expect(refused).rejects.toMatchObject({ code: 'token-key-unusable' });
  });
});
