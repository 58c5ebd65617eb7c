import { isUtf8 } from 'node:buffer';
import { TaarError } from '../domain/errors.ts';
import type { Section, Sections } from './snapshot.ts';

/** Strings by index, kept as one run of UTF-8; a string is made only when it is asked for. */
export class StringTable {
  readonly size: number;
  readonly #bytes: Buffer;
  readonly #ends: Uint32Array;

  private constructor(bytes: Uint8Array, ends: Uint32Array) {
    this.size = ends.length;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#ends = ends;
  }

  /** @throws TaarError `model-invalid` (halt) for a string that UTF-8 cannot hold */
  static of(strings: readonly string[]): StringTable {
    const ends = new Uint32Array(strings.length);
    let end = 0;
    for (const [i, text] of strings.entries()) {
      if (!text.isWellFormed()) throw invalid(`string ${i} has half a surrogate pair`);
      end += Buffer.byteLength(text);
      ends[i] = end;
    }
    return new StringTable(Buffer.from(strings.join('')), ends);
  }

  /** Views on the sections that `encodeStrings` made, unchecked. */
  static view(name: string, sections: Sections): StringTable {
    return new StringTable(sections.utf8(`${name}.utf8`), sections.u32(`${name}.ends`));
  }

  /** Like `view`, after a check. @throws TaarError `model-invalid` (halt) */
  static decode(name: string, sections: Sections): StringTable {
    const table = StringTable.view(name, sections);
    table.#check(name);
    return table;
  }

  /** The string at an index below `size`; the empty string beyond. */
  at(index: number): string {
    return this.#bytes.toString('utf8', this.startOf(index), this.endOf(index));
  }

  /** True when the string at `index` has exactly these UTF-8 bytes. */
  hasBytes(index: number, bytes: Uint8Array): boolean {
    const start = this.startOf(index);
    const end = this.endOf(index);
    return end - start === bytes.length && this.#bytes.compare(bytes, 0, bytes.length, start, end) === 0;
  }

  bytesAt(index: number): Uint8Array {
    return this.#bytes.subarray(this.startOf(index), this.endOf(index));
  }

  startOf(index: number): number {
    return index === 0 ? 0 : this.endOf(index - 1);
  }

  endOf(index: number): number {
    return this.#ends[index] ?? this.#bytes.length;
  }

  toArray(): string[] {
    return Array.from({ length: this.size }, (_, i) => this.at(i));
  }

  /** The sections under which `view` and `decode` find the table again. */
  encode(name: string): readonly Section[] {
    return [
      { name: `${name}.utf8`, type: 'utf8', shape: [this.#bytes.length], data: this.#bytes },
      { name: `${name}.ends`, type: 'u32', shape: [this.#ends.length], data: this.#ends },
    ];
  }

  #check(name: string): void {
    if (!isUtf8(this.#bytes)) throw invalid(`${name} is not UTF-8`);
    let before = 0;
    for (const end of this.#ends) {
      const insideCharacter = end < this.#bytes.length && ((this.#bytes[end] ?? 0) & 0xc0) === 0x80;
      if (end < before || end > this.#bytes.length || insideCharacter) {
        throw invalid(`the ends of ${name} do not cut it into strings`);
      }
      before = end;
    }
    if (before !== this.#bytes.length) throw invalid(`${name} has text that belongs to no string`);
  }
}

/** The sections of a list of strings. @throws TaarError `model-invalid` (halt) as `StringTable.of` */
export function encodeStrings(name: string, strings: readonly string[]): readonly Section[] {
  return StringTable.of(strings).encode(name);
}

function invalid(what: string): TaarError {
  return new TaarError('model-invalid', 'halt', `a string table is broken: ${what}`);
}
