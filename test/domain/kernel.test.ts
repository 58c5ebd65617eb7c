import { describe, expect, it } from 'vitest';
import { Kernel } from '../../src/domain/kernel.ts';
import { layOut } from '../../src/domain/kernel-memory.ts';
import { COLLABORATIVE_KERNEL } from '../../src/serving/addons/collaborative/collaborative-kernel.ts';

describe('a kernel', () => {
  it('works on copies of its columns, in a memory of its own', () => {
    const kernel = new Kernel(COLLABORATIVE_KERNEL);
    const columns = {
      size: 3,
      bytes: Uint8Array.of(1, 2, 3),
      doubles: Float64Array.of(0.5, -0),
      last: new Int32Array(2),
    };
    const [one, other] = [kernel.start(columns), kernel.start(columns)];
    one.columns.bytes[0] = 9;
    expect(one.columns).toEqual({ ...columns, bytes: Uint8Array.of(9, 2, 3) });
    expect(other.columns).toEqual(columns);
    expect(columns.bytes[0]).toBe(1);
  });

  it('finds sizes and addresses at the start of its memory, arrays where two doubles can be read at once', () => {
    const started = new Kernel(COLLABORATIVE_KERNEL).start({
      size: 3,
      bytes: new Uint8Array(5),
      doubles: new Float64Array(2),
    });
    const { bytes, doubles } = started.columns;
    const slots = new Uint32Array(bytes.buffer, 0, 3);
    expect([...slots]).toEqual([3, bytes.byteOffset, doubles.byteOffset]);
    expect([bytes.byteOffset % 16, doubles.byteOffset % 16]).toEqual([0, 0]);
    expect(doubles.byteOffset).toBeGreaterThanOrEqual(bytes.byteOffset + 5);
  });
});

describe('memory for a kernel', () => {
  it('is taken again where it is large enough, with nothing left of what was in it', () => {
    const first = layOut({ size: 9, floats: Float32Array.of(1, 2, 3) }, { shared: true });
    const second = layOut({ size: 8, floats: new Float32Array(2) }, { shared: true, reuse: first.memory });
    expect(second.memory).toBe(first.memory);
    expect(second.columns).toEqual({ size: 8, floats: new Float32Array(2) });
    const larger = { bytes: new Uint8Array(first.memory.buffer.byteLength) };
    expect(layOut(larger, { shared: true, reuse: first.memory }).memory).not.toBe(first.memory);
  });

  it('is one that threads share where that is asked for', () => {
    expect(layOut({ size: 1 }, { shared: true }).memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(layOut({ size: 1 }, { shared: false }).memory.buffer).toBeInstanceOf(ArrayBuffer);
  });
});
