import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { BigtableEmulator } from './bigtable-emulator.ts';
import { bigtableEmulatorHost, describeWith, describeWithOwn } from './services.ts';

const INSTANCE = 'projects/test/instances/test';

/** The generated clients on an emulator, as loaded when used: the package is optional. */
async function clients(host: string) {
  const { BigtableClient, BigtableTableAdminClient } = await import(
    '@google-cloud/bigtable/build/src/v2/index.js'
  );
  const { credentials } = await import('@grpc/grpc-js');
  const [servicePath = '', port] = host.split(':');
  const options = {
    servicePath,
    port: Number(port),
    sslCreds: credentials.createInsecure(),
    projectId: 'test',
  };
  return { data: new BigtableClient(options), admin: new BigtableTableAdminClient(options) };
}

function isListening(host: string): Promise<boolean> {
  const [name, port] = host.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host: name, port: Number(port) });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

async function createTable(host: string): Promise<string> {
  const { admin } = await clients(host);
  const tableId = `table-${randomUUID()}`;
  await admin.createTable({ parent: INSTANCE, tableId, table: { columnFamilies: { profile: {} } } });
  await admin.close();
  return `${INSTANCE}/tables/${tableId}`;
}

async function write(host: string, tableName: string): Promise<void> {
  const { data } = await clients(host);
  const cell = { familyName: 'profile', columnQualifier: Buffer.from('payload'), timestampMicros: 1000 };
  const mutations = [{ setCell: { ...cell, value: Buffer.from('value') } }];
  await data.mutateRow({ tableName, rowKey: Buffer.from('key'), mutations });
  await data.close();
}

async function rowKeys(host: string, tableName: string): Promise<string[]> {
  const { data } = await clients(host);
  const keys: string[] = [];
  for await (const { chunks } of data.readRows({ tableName })) {
    for (const { rowKey } of chunks) keys.push(Buffer.from(rowKey).toString());
  }
  await data.close();
  return keys;
}

describeWith('bigtable', 'the shared emulator', () => {
  it('gives back what is written to a new table', async () => {
    const table = await createTable(bigtableEmulatorHost());
    await write(bigtableEmulatorHost(), table);
    expect(await rowKeys(bigtableEmulatorHost(), table)).toEqual(['key']);
  });
});

describeWithOwn('bigtable', 'an emulator', () => {
  it('has its tables after it was suspended, and answers nothing meanwhile', async () => {
    const emulator = await BigtableEmulator.start();
    try {
      const table = await createTable(emulator.host);
      await emulator.suspend();
      const written = write(emulator.host, table).then(() => 'written');
      const outcome = await Promise.race([written, setTimeout(500, 'still waiting')]);
      await emulator.resume();
      expect(outcome).toBe('still waiting');
      expect(await written).toBe('written');
      expect(await rowKeys(emulator.host, table)).toEqual(['key']);
    } finally {
      await emulator.stop();
    }
  });

  it('ends when the process that started it is killed', async () => {
    const source = new URL('./bigtable-emulator.ts', import.meta.url).href;
    const program = `const { BigtableEmulator } = await import('${source}');
      process.stdout.write((await BigtableEmulator.start()).host);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = await once(parent.stdout, 'data');
    const host = String(output);
    expect(await isListening(host)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(async () => expect(await isListening(host)).toBe(false), {
      timeout: 10_000,
      interval: 50,
    });
  });
});
