import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackedText } from '../../../src/cli/artifacts/unpacked-text.ts';

/** What bzip2 1.0.8 made of `{"übung@例え.example": 7}` and a line's end. */
const BZIPPED = Buffer.from(
  'QlpoOTFBWSZTWbxLLpcAAAndzQAQUAEAkEAAModCSiBIAAUIAAwAIAAxTRoA0AAFBHqZGI2Joygh2Jh1Yk+qJYMz9ElTasTN+LuSKcKEheJZdLg=',
  'base64',
);
const TEXT = '{"übung@例え.example": 7}\n';

let folder = '';
let file = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taar-unpack-'));
  file = join(folder, 'donors.json');
});
afterAll(() => rm(folder, { recursive: true }));

async function textOf(bytes: Uint8Array | string, maxBytes?: number): Promise<string> {
  await writeFile(file, bytes);
  return unpackedText(file, maxBytes);
}

describe('the text of an artifact', () => {
  it('is the same plain, gzipped and bzipped, whatever the name says', async () => {
    expect(await textOf(TEXT)).toBe(TEXT);
    expect(await textOf(gzipSync(TEXT))).toBe(TEXT);
    expect(await textOf(BZIPPED)).toBe(TEXT);
  });

  it('goes on over several bzip2 streams in one file', async () => {
    expect(await textOf(Buffer.concat([BZIPPED, BZIPPED]))).toBe(TEXT + TEXT);
  });

  it('is not read from a file that is damaged, cut off, no UTF-8 or not there', async () => {
    const damaged = Buffer.from(BZIPPED);
    damaged.writeUInt8((damaged[30] ?? 0) ^ 0xff, 30);
    const files = [
      damaged,
      BZIPPED.subarray(0, 20),
      BZIPPED.subarray(0, BZIPPED.length - 1),
      gzipSync(TEXT).subarray(0, 30),
      Buffer.from([0xff]),
    ];
    for (const bytes of files) {
      await expect(textOf(bytes)).rejects.toMatchObject({ code: 'artifact-unreadable' });
    }
    await expect(unpackedText(join(folder, 'missing'))).rejects.toThrow(join(folder, 'missing'));
  });

  it('is bounded however it is packed', async () => {
    const bytes = Buffer.byteLength(TEXT);
    for (const packed of [Buffer.from(TEXT), gzipSync(TEXT), BZIPPED]) {
      expect(await textOf(packed, bytes)).toBe(TEXT);
      await expect(textOf(packed, bytes - 1)).rejects.toMatchObject({ code: 'artifact-unreadable' });
    }
  });
});
