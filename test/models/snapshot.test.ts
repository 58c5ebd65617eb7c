import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TaarError } from '../../src/domain/errors.ts';
import { encodeSnapshot } from '../../src/models/encode-snapshot.ts';
import { openSnapshot } from '../../src/models/open-snapshot.ts';
import type { Section } from '../../src/models/snapshot.ts';

const SECTIONS: readonly Section[] = [
  { name: 'flags', type: 'u8', shape: [3], data: Uint8Array.of(1, 2, 255) },
  { name: 'matrix', type: 'u32', shape: [2, 2], data: Uint32Array.of(1, 2, 3, 0xffffffff) },
  { name: 'empty', type: 'i32', shape: [0], data: new Int32Array() },
  { name: 'signed', type: 'i32', shape: [2], data: Int32Array.of(-1, 7) },
  { name: 'small', type: 'f32', shape: [1], data: Float32Array.of(0.5) },
  { name: 'large', type: 'f64', shape: [2], data: Float64Array.of(Math.PI, -0) },
  { name: 'note', type: 'utf8', shape: [7], data: Buffer.from('größe') },
];

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return error instanceof TaarError ? error.code : `untyped: ${error}`;
  }
  return undefined;
}

function inMemory(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

describe('a snapshot', () => {
  it('gives back every section as a view on its buffer', () => {
    const bytes = encodeSnapshot(SECTIONS);
    const opened = openSnapshot(bytes, { verify: true });
    expect(opened.names).toEqual(SECTIONS.map(({ name }) => name));
    expect(opened.u8('flags')).toEqual(Uint8Array.of(1, 2, 255));
    expect(opened.u32('matrix')).toEqual(Uint32Array.of(1, 2, 3, 0xffffffff));
    expect(opened.shape('matrix')).toEqual([2, 2]);
    expect(opened.i32('empty')).toHaveLength(0);
    expect(opened.i32('signed')).toEqual(Int32Array.of(-1, 7));
    expect(opened.f32('small')).toEqual(Float32Array.of(0.5));
    expect(opened.f64('large')).toEqual(Float64Array.of(Math.PI, -0));
    expect(opened.text('note')).toBe('größe');
    expect(opened.f64('large').buffer).toBe(bytes.buffer);
  });

  it('can live in memory that threads share', () => {
    const bytes = encodeSnapshot(SECTIONS, (size) => new SharedArrayBuffer(size));
    expect(bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(openSnapshot(bytes, { verify: true }).text('note')).toBe('größe');
  });

  it('aligns every section to 64 bytes and has the same bytes each time', () => {
    const bytes = encodeSnapshot(SECTIONS);
    const opened = openSnapshot(bytes, { verify: true });
    expect(opened.u32('matrix').byteOffset % 64).toBe(0);
    expect(opened.f64('large').byteOffset % 64).toBe(0);
    expect(Buffer.from(encodeSnapshot(SECTIONS)).equals(bytes)).toBe(true);
  });

  it('holds nothing where it has no sections', () => {
    expect(openSnapshot(encodeSnapshot([]), { verify: true }).names).toEqual([]);
  });

  it('refuses a section of a name or type that it does not hold', () => {
    const opened = openSnapshot(encodeSnapshot(SECTIONS), { verify: true });
    expect(codeOf(() => opened.u32('missing'))).toBe('model-invalid');
    expect(codeOf(() => opened.u32('signed'))).toBe('model-invalid');
    expect(codeOf(() => opened.u8('note'))).toBe('model-invalid');
    expect(opened.type('missing')).toBeUndefined();
    expect(opened.type('note')).toBe('utf8');
  });

  it('refuses to be made of sections that share a name or do not fit their shape', () => {
    const [flags] = SECTIONS;
    if (flags === undefined) throw new Error('no section');
    expect(codeOf(() => encodeSnapshot([flags, flags]))).toBe('model-invalid');
    expect(codeOf(() => encodeSnapshot([{ ...flags, shape: [4] }]))).toBe('model-invalid');
    expect(codeOf(() => encodeSnapshot([{ ...flags, shape: [-3, -1] }]))).toBe('model-invalid');
    expect(codeOf(() => encodeSnapshot([{ ...flags, type: 'f64' }]))).toBe('model-invalid');
  });

  it('round-trips any sections', () => {
    const section = fc.oneof(
      fc.uint8Array().map((data) => ({ type: 'u8' as const, data })),
      fc.uint32Array().map((data) => ({ type: 'u32' as const, data })),
      fc
        .float64Array({ noNaN: true, noDefaultInfinity: true })
        .map((data) => ({ type: 'f64' as const, data })),
    );
    fc.assert(
      fc.property(fc.array(section, { maxLength: 6 }), (arrays) => {
        const sections = arrays.map((array, i) => ({ name: `s${i}`, shape: [array.data.length], ...array }));
        const opened = openSnapshot(encodeSnapshot(sections), { verify: true });
        for (const { name, type, data } of sections) expect(opened[type](name)).toEqual(data);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a damaged snapshot', () => {
  it('is refused whichever bit of it is flipped', () => {
    const good = encodeSnapshot(SECTIONS);
    const accepted: number[] = [];
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bad = inMemory(good);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const code = codeOf(() => openSnapshot(bad, { verify: true }));
      if (code !== 'snapshot-corrupt' && code !== 'snapshot-format') accepted.push(bit);
    }
    expect(good.length).toBeGreaterThan(1000);
    expect(accepted).toEqual([]);
  });

  it('is refused wherever it is cut, and when something is added', () => {
    const good = encodeSnapshot(SECTIONS);
    const codes = new Set<string | undefined>();
    for (let length = 0; length < good.length; length++) {
      codes.add(codeOf(() => openSnapshot(inMemory(good.subarray(0, length)), { verify: false })));
    }
    codes.add(codeOf(() => openSnapshot(Buffer.concat([good, Buffer.alloc(1)]), { verify: false })));
    expect([...codes]).toEqual(['snapshot-corrupt']);
  });

  it('of another container format is told apart', () => {
    const newer = inMemory(encodeSnapshot(SECTIONS));
    new DataView(newer.buffer).setUint32(8, 2, true);
    expect(codeOf(() => openSnapshot(newer, { verify: false }))).toBe('snapshot-format');
    expect(codeOf(() => openSnapshot(new Uint8Array(64), { verify: false }))).toBe('snapshot-format');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('with %s in it is refused', (value) => {
    const f64 = encodeSnapshot([{ name: 'x', type: 'f64', shape: [2], data: Float64Array.of(1, value) }]);
    const f32 = encodeSnapshot([{ name: 'x', type: 'f32', shape: [2], data: Float32Array.of(1, value) }]);
    expect(codeOf(() => openSnapshot(f64, { verify: true }))).toBe('model-invalid');
    expect(codeOf(() => openSnapshot(f32, { verify: true }))).toBe('model-invalid');
  });
});
