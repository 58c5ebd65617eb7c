/** The element types that a section may have. `utf8` is text; JSON and string tables are stored as such. */
export type SectionType = 'u8' | 'u32' | 'i32' | 'f32' | 'f64' | 'utf8';

/** A named array on its way into a snapshot. */
export interface Section {
  readonly name: string;
  readonly type: SectionType;
  readonly shape: readonly number[];
  readonly data: Uint8Array | Uint32Array | Int32Array | Float32Array | Float64Array;
}

/**
 * The sections of a received snapshot, as views on its buffer. Asking for a section that is not there, or as
 * another type than it has, throws TaarError `model-invalid`.
 */
export interface Sections {
  /** The names of all sections. */
  readonly names: readonly string[];
  /** The type of a section; undefined where there is none of that name. */
  type(name: string): SectionType | undefined;
  shape(name: string): readonly number[];
  u8(name: string): Uint8Array;
  u32(name: string): Uint32Array;
  i32(name: string): Int32Array;
  f32(name: string): Float32Array;
  f64(name: string): Float64Array;
  text(name: string): string;
  /** The bytes of a `utf8` section. */
  utf8(name: string): Uint8Array;
}
