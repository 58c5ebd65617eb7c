import { Readable } from 'node:stream';
import avro from 'avsc';
import { describe, expect, it } from 'vitest';
import { readAvroFile } from '../../src/log/avro-file.ts';
import { hasWholeHeader } from '../../src/log/avro-header.ts';

const MAGIC = Buffer.from('Obj\u0001', 'latin1');

async function fileOf(count: number): Promise<Buffer> {
  const type = avro.Type.forSchema({ type: 'record', name: 'R', fields: [{ name: 'a', type: 'string' }] });
  const encoder = new avro.streams.BlockEncoder(type);
  for (let i = 0; i < count; i++) encoder.write({ a: 'x'.repeat(i) });
  encoder.end();
  const chunks: Buffer[] = [];
  for await (const chunk of encoder) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function recordsIn(chunks: readonly Buffer[]): Promise<number> {
  let records = 0;
  for await (const _ of readAvroFile(Readable.from(chunks))) records += 1;
  return records;
}

describe('the header of an Avro file', () => {
  it('may come in pieces', async () => {
    const file = await fileOf(20);
    const bytes = Array.from(file, (byte) => Buffer.of(byte));
    expect(await recordsIn(bytes)).toBe(20);
  });

  it('may say of its entries how many bytes they take', () => {
    // -1 entries of 4 bytes, "k": "v", and no more.
    const entries = Buffer.from([0x01, 0x08, 0x02, 0x6b, 0x02, 0x76, 0x00]);
    const whole = Buffer.concat([MAGIC, entries, Buffer.alloc(16)]);
    expect(hasWholeHeader(whole)).toBe(true);
    expect(hasWholeHeader(whole.subarray(0, -1))).toBe(false);
  });

  it.each([
    ['a number that does not end', Buffer.alloc(100, 0xff)],
    ['more entries than there are bytes', Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])],
    ['an entry of less than no bytes', Buffer.from([0x02, 0x01, 0x00, 0x00])],
    [
      'an entry that does not end',
      Buffer.concat([Buffer.from([0x02, 0xfe, 0xff, 0xff, 0x7f]), Buffer.alloc(2 ** 21)]),
    ],
  ])('is refused with %s, at once', async (_name, damage) => {
    await expect(recordsIn([MAGIC, damage])).rejects.toMatchObject({ code: 'avro-unreadable' });
  });
});
