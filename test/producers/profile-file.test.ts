import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import avro from 'avsc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/domain/client-key.ts';
import { type FoundRow, MAX_ROW_BYTES, readProfileRows } from '../../src/producers/profile-file.ts';

const CLIENT_ID = '5d2c8f3a-6b1e-4c7d-9a2f-0e1d2c3b4a59';
const SHA = sha256Hex(CLIENT_ID);
const SEEN = Date.parse('2026-11-20T00:00:00Z');
const FOUND = { kind: 'row', row: { sha: SHA, fields: { os: 'Linux', total_uri: 5 }, seenAt: SEEN } };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taar-profiles-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function rowsIn(content: Uint8Array | string): Promise<FoundRow[]> {
  const file = join(folder, 'profiles');
  await writeFile(file, content);
  return collected(readProfileRows(file, SEEN));
}

describe('a file of profiles', () => {
  it('may be JSON lines, gzipped or not, that name clients by hash or by id', async () => {
    const lines = [SHA, CLIENT_ID].map((id) => JSON.stringify({ client_id: id, os: 'Linux', total_uri: 5 }));
    for (const content of [lines.join('\n'), gzipSync(`${lines.join('\r\n')}\n`)]) {
      const rows = await rowsIn(content);
      expect(rows).toMatchObject([
        { ...FOUND, where: 'line 1' },
        { ...FOUND, where: 'line 2' },
      ]);
      expect(JSON.stringify(rows)).not.toContain(CLIENT_ID);
    }
  });

  it('tells by the line what is no row, and never what stands there', async () => {
    const rows = await rowsIn(
      Buffer.concat([
        Buffer.from(`{"client_id": "${CLIENT_ID.toUpperCase()}"}\n\n[]\n{"os": "SECRET"\n`),
        Buffer.from([0xff, 0xfe, 0x0a]),
        Buffer.alloc(MAX_ROW_BYTES + 1, 'x'),
        Buffer.from('\n{"client_id": "c0ffeec0-ffee-c0ff-eec0-ffeec0ffeec0"}\n'),
      ]),
    );
    expect(rows.map(({ kind, where }) => `${where} ${kind}`)).toEqual([
      'line 1 malformed',
      'line 3 malformed',
      'line 4 malformed',
      'line 5 malformed',
      'line 6 malformed',
      'line 7 nobody',
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/SECRET|5D2C8F3A/i);
  });

  it('has no row that nests so deep that the next ones could not be read', async () => {
    const levels = 100_000;
    const deep = `{"client_id": "${SHA}", "os": ${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const rows = await rowsIn(`${deep}\n{"client_id": "${SHA}", "os": "Linux", "total_uri": 5}\n`);
    expect(rows).toMatchObject([
      { kind: 'malformed', where: 'line 1', reason: 'it nests deeper than 32' },
      { ...FOUND, where: 'line 2' },
    ]);
  });

  it.each(['null', 'deflate'] as const)(
    'may be Avro as the job exported it, packed with %s',
    async (codec) => {
      const type = avro.Type.forSchema({
        type: 'record',
        name: 'Row',
        fields: [
          { name: 'client_id', type: ['null', 'string'] },
          { name: 'os', type: ['null', 'string'] },
          { name: 'total_uri', type: ['null', 'long'] },
        ],
      });
      const rows = [
        { client_id: CLIENT_ID, os: 'Linux', total_uri: 5 },
        { client_id: null, os: null, total_uri: null },
      ];
      expect(await rowsIn(await container(type, rows, codec))).toMatchObject([
        { ...FOUND, where: 'row 1' },
        { kind: 'malformed', where: 'row 2' },
      ]);
    },
  );

  it('may be Avro of Bigtable rows, whose payload is packed JSON', async () => {
    const type = avro.Type.forSchema({
      type: 'record',
      name: 'BigtableRow',
      fields: [
        { name: 'key', type: 'bytes' },
        {
          name: 'cells',
          type: {
            type: 'array',
            items: {
              type: 'record',
              name: 'BigtableCell',
              fields: [
                { name: 'family', type: 'string' },
                { name: 'qualifier', type: 'bytes' },
                { name: 'timestamp', type: 'long' },
                { name: 'value', type: 'bytes' },
              ],
            },
          },
        },
      ],
    });
    const cell = (value: Buffer) => {
      return { family: 'profile', qualifier: Buffer.from('payload'), timestamp: 1, value };
    };
    const payload = deflateSync(JSON.stringify({ client_id: 'whoever', os: 'Linux', total_uri: 5 }));
    const rows = [
      { key: Buffer.from(SHA), cells: [cell(payload)] },
      { key: Buffer.from(SHA), cells: [cell(Buffer.from('damaged'))] },
      { key: Buffer.from(SHA), cells: [cell(deflateSync(Buffer.alloc(MAX_ROW_BYTES + 1)))] },
      { key: Buffer.from(SHA), cells: [] },
    ];
    expect(await rowsIn(await container(type, rows, 'null'))).toMatchObject([
      FOUND,
      { kind: 'malformed' },
      { kind: 'malformed' },
      { kind: 'malformed' },
    ]);
  });

  it('that is damaged or not there is told', async () => {
    await expect(rowsIn('Obj\u0001damaged')).rejects.toMatchObject({ code: 'avro-unreadable' });
    await expect(rowsIn(gzipSync('x'.repeat(1_000)).subarray(0, 20))).rejects.toMatchObject({
      code: 'profiles-unreadable',
    });
    const missing = readProfileRows(join(folder, 'missing'), SEEN);
    await expect(missing.next()).rejects.toMatchObject({ code: 'profiles-unreadable' });
  });

  it('may be empty', async () => {
    expect(await rowsIn('')).toEqual([]);
  });
});

async function collected<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

async function container(type: avro.Type, rows: unknown[], codec: 'null' | 'deflate'): Promise<Buffer> {
  const encoder = new avro.streams.BlockEncoder(type, { codec });
  for (const row of rows) encoder.write(row);
  encoder.end();
  return Buffer.concat(await collected<Buffer>(encoder));
}
