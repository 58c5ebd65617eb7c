import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddedLog } from '../../../src/log/embedded/embedded-log.ts';
import { SILENT, TemporaryLog } from './temporary-log.ts';

const WRITER = fileURLToPath(new URL('crash-writer.ts', import.meta.url));

describe('opening the embedded log', () => {
  let temporary: TemporaryLog;
  beforeEach(async () => {
    temporary = await TemporaryLog.make();
  });
  afterEach(() => temporary.remove());

  const openAgain = (): Promise<unknown> =>
    openEmbeddedLog({ file: temporary.file, clock: Date.now, logger: SILENT });

  it('refuses a file that this process has open, and says what to do', async () => {
    const log = await temporary.open();
    await expect(openAgain()).rejects.toMatchObject({
      code: 'log-in-use',
      disposition: 'halt',
      message: expect.stringContaining('control socket'),
    });
    expect(await log.property('still', 'usable')).toBe('usable');
  });

  it('refuses a file that another process has open, until that process is gone', async () => {
    const child = fork(WRITER, [temporary.file]);
    await once(child, 'message');
    await expect(openAgain()).rejects.toMatchObject({ code: 'log-in-use' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect(temporary.open()).resolves.toBeDefined();
  });

  it('refuses a file that is no log', async () => {
    await writeFile(temporary.file, 'certainly no database, but long enough to look like one'.repeat(100));
    await expect(openAgain()).rejects.toMatchObject({ code: 'log-unavailable', disposition: 'halt' });
  });

  it.each([99, 0])('refuses a file of layout %d', async (version) => {
    await (await temporary.open()).close();
    change(temporary.file, `PRAGMA user_version = ${version}`);
    await expect(openAgain()).rejects.toMatchObject({ code: 'log-layout-unknown', disposition: 'halt' });
  });

  it('refuses topics whose number of partitions is another one', async () => {
    await (await temporary.open()).close();
    change(temporary.file, "DELETE FROM partitions WHERE topic = 'addons.client.event.v1' AND partition = 7");
    await expect(openAgain()).rejects.toMatchObject({
      code: 'topic-partitions-changed',
      disposition: 'halt',
      message: expect.stringMatching(/addons\.client\.event\.v1 has 7 partitions .* 8 in the program/),
    });
  });

  it('makes the folder where it is missing', async () => {
    const file = `${temporary.file}.d/deep/log.sqlite`;
    const log = await openEmbeddedLog({ file, clock: Date.now, logger: SILENT });
    await log.close();
    await (await openEmbeddedLog({ file, clock: Date.now, logger: SILENT })).close();
  });

  it('gives every log another id', async () => {
    const one = await temporary.open();
    const other = await TemporaryLog.make();
    expect((await other.open()).id).not.toBe(one.id);
    await other.remove();
  });
});

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}
