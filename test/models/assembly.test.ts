import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TaarError } from '../../src/domain/errors.ts';
import { Assembly, type MemberPlan } from '../../src/models/assembly.ts';
import { COINSTALL, coinstallFromMap } from '../../src/models/coinstall.ts';
import { encodeSnapshot } from '../../src/models/encode-snapshot.ts';
import { openSnapshot } from '../../src/models/open-snapshot.ts';
import { RANKING, rankingFromMap } from '../../src/models/ranking.ts';

const SNAPSHOT = encodeSnapshot(COINSTALL.encode(coinstallFromMap(new Map([['a', new Map([['b', 2]])]]))));
const CHUNKS = [SNAPSHOT.slice(0, 500), SNAPSHOT.slice(500)];

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function planOf(chunks: readonly Uint8Array[], whole: Uint8Array = SNAPSHOT): MemberPlan {
  return {
    model: 'coinstall',
    bytes: whole.length,
    sha256: sha256(whole),
    chunks: chunks.map((chunk) => ({ bytes: chunk.length, sha256: sha256(chunk) })),
    ready: undefined,
  };
}

function assembled(plan: MemberPlan, chunks: readonly Uint8Array[]) {
  const assembly = new Assembly([plan]);
  for (const [index, chunk] of chunks.entries()) assembly.write('coinstall', index, chunk);
  return assembly.finish(() => [{ name: 'index', type: 'u8', shape: [1], data: Uint8Array.of(9) }]);
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return error instanceof TaarError ? error.code : `untyped: ${error}`;
  }
  return undefined;
}

describe('an assembly', () => {
  it('puts a member together in shared memory and prepares the set', () => {
    const { members, prepared } = assembled(planOf(CHUNKS), CHUNKS);
    const coinstall = members.get('coinstall');
    expect(coinstall).toBeInstanceOf(SharedArrayBuffer);
    expect(Buffer.from(coinstall ?? new ArrayBuffer(0)).equals(SNAPSHOT)).toBe(true);
    expect(openSnapshot(new Uint8Array(prepared), { verify: true }).u8('index')).toEqual(Uint8Array.of(9));
  });

  it('refuses a chunk in which any one bit differs', () => {
    const [chunk = new Uint8Array()] = CHUNKS;
    const accepted: number[] = [];
    for (let bit = 0; bit < chunk.length * 8; bit++) {
      const bad = chunk.slice();
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const assembly = new Assembly([planOf(CHUNKS)]);
      if (codeOf(() => assembly.write('coinstall', 0, bad)) !== 'chunk-corrupt') accepted.push(bit);
    }
    expect(chunk.length).toBe(500);
    expect(accepted).toEqual([]);
  });

  it('refuses chunks that are cut, exchanged, one too many, or of no member', () => {
    const assembly = new Assembly([planOf(CHUNKS)]);
    const [first = new Uint8Array(), second = new Uint8Array()] = CHUNKS;
    expect(codeOf(() => assembly.write('coinstall', 0, first.subarray(1)))).toBe('chunk-corrupt');
    expect(codeOf(() => assembly.write('coinstall', 0, second))).toBe('chunk-corrupt');
    expect(codeOf(() => assembly.write('coinstall', 2, first))).toBe('chunk-corrupt');
    expect(codeOf(() => assembly.write('ranking', 0, first))).toBe('chunk-corrupt');
  });

  it('refuses to finish while a chunk is missing', () => {
    expect(codeOf(() => assembled(planOf(CHUNKS), CHUNKS.slice(0, 1)))).toBe('snapshot-corrupt');
  });

  it('refuses chunks that are right each but not the snapshot together', () => {
    const plan = { ...planOf(CHUNKS), sha256: sha256(Buffer.from('another')) };
    expect(codeOf(() => assembled(plan, CHUNKS))).toBe('snapshot-corrupt');
  });

  it('refuses a snapshot of another kind of model', () => {
    const ranking = encodeSnapshot(RANKING.encode(rankingFromMap(new Map([['a', 1]]))));
    expect(codeOf(() => assembled(planOf([ranking], ranking), [ranking]))).toBe('model-invalid');
  });

  it('takes a member that is served already without its chunks', () => {
    const ready = assembled(planOf(CHUNKS), CHUNKS).members.get('coinstall');
    if (ready === undefined) throw new Error('no member');
    expect(assembled({ ...planOf(CHUNKS), ready }, []).members.get('coinstall')).toBe(ready);
  });

  it('says that the preparation failed, keeping a code where it has one', () => {
    const assembly = new Assembly([]);
    const invalid = new TaarError('model-invalid', 'halt', 'the two do not fit');
    expect(codeOf(() => assembly.finish(() => fail(new Error('bug'))))).toBe('prepare-failed');
    expect(codeOf(() => assembly.finish(() => fail(invalid)))).toBe('model-invalid');
  });
});

function fail(error: Error): never {
  throw error;
}
