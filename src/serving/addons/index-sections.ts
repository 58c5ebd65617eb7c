import type { Section, SectionType } from '../../models/snapshot.ts';

/** The sections of a part of an index: arrays under `<part>.<name>`. */
export function arraySections(
  part: string,
  arrays: Readonly<Record<string, Uint8Array | Uint32Array | Int32Array | Float64Array>>,
): readonly Section[] {
  return Object.entries(arrays).map(([name, data]) => ({
    name: `${part}.${name}`,
    type: typeOf(data),
    shape: [data.length],
    data,
  }));
}

function typeOf(data: Uint8Array | Uint32Array | Int32Array | Float64Array): SectionType {
  if (data instanceof Float64Array) return 'f64';
  if (data instanceof Uint32Array) return 'u32';
  return data instanceof Int32Array ? 'i32' : 'u8';
}
