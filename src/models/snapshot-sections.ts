import { TaarError } from '../domain/errors.ts';
import type { Section, Sections, SectionType } from './snapshot.ts';
import { ELEMENT_BYTES, type IndexEntry } from './snapshot-layout.ts';

/** The array of a section whose first one may begin at `start`. */
export function viewOf(bytes: Uint8Array, entry: IndexEntry, start: number): Section['data'] {
  const offset = bytes.byteOffset + start + entry.offset;
  const elements = entry.bytes / ELEMENT_BYTES[entry.type];
  switch (entry.type) {
    case 'u8':
    case 'utf8':
      return new Uint8Array(bytes.buffer, offset, elements);
    case 'u32':
      return new Uint32Array(bytes.buffer, offset, elements);
    case 'i32':
      return new Int32Array(bytes.buffer, offset, elements);
    case 'f32':
      return new Float32Array(bytes.buffer, offset, elements);
    case 'f64':
      return new Float64Array(bytes.buffer, offset, elements);
  }
}

/** Views on an opened snapshot, made when they are asked for. */
export class SnapshotSections implements Sections {
  readonly #bytes: Uint8Array;
  readonly #entries: ReadonlyMap<string, IndexEntry>;
  readonly #start: number;

  constructor(bytes: Uint8Array, entries: readonly IndexEntry[], start: number) {
    this.#bytes = bytes;
    this.#entries = new Map(entries.map((entry) => [entry.name, entry]));
    this.#start = start;
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  type(name: string): SectionType | undefined {
    return this.#entries.get(name)?.type;
  }

  shape(name: string): readonly number[] {
    return this.#entries.get(name)?.shape ?? this.#missing(name, 'section');
  }

  u8(name: string): Uint8Array {
    return this.#view(name, 'u8', Uint8Array);
  }

  u32(name: string): Uint32Array {
    return this.#view(name, 'u32', Uint32Array);
  }

  i32(name: string): Int32Array {
    return this.#view(name, 'i32', Int32Array);
  }

  f32(name: string): Float32Array {
    return this.#view(name, 'f32', Float32Array);
  }

  f64(name: string): Float64Array {
    return this.#view(name, 'f64', Float64Array);
  }

  text(name: string): string {
    const bytes = this.utf8(name);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  }

  utf8(name: string): Uint8Array {
    return this.#view(name, 'utf8', Uint8Array);
  }

  #view<A>(name: string, type: SectionType, array: abstract new (...sizes: never[]) => A): A {
    const entry = this.#entries.get(name);
    const data = entry?.type === type ? viewOf(this.#bytes, entry, this.#start) : undefined;
    return data instanceof array ? data : this.#missing(name, type);
  }

  #missing(name: string, type: string): never {
    throw new TaarError('model-invalid', 'halt', `the snapshot has no ${type} ${name}`);
  }
}
