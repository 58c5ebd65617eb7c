/** Wide enough for two doubles side by side. */
const ALIGNMENT_BYTES = 16;
const PAGE_BYTES = 65_536;
const SLOT_BYTES = 4;

type Column = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

/** Sizes, and columns with what is in them at first. */
export type KernelColumns = Readonly<Record<string, number | Column>>;

/** A memory that never grows, and views on it of the columns' names. */
export interface KernelMemory<C extends KernelColumns> {
  readonly memory: WebAssembly.Memory;
  readonly columns: C;
}

/** Which memory columns are laid out in. */
export interface MemoryWish {
  /** Whether other threads may work on it. */
  readonly shared: boolean;
  /** Taken where it is large enough, and what was in it is lost: memories that nobody uses are given back late. */
  readonly reuse?: WebAssembly.Memory | undefined;
}

/**
 * A memory with copies of the columns; it begins with a number for each: a size as it is, of an array the address.
 * @throws RangeError where it would be larger than 32 bits can address
 */
export function layOut<C extends KernelColumns>(columns: C, { shared, reuse }: MemoryWish): KernelMemory<C> {
  const entries = Object.entries(columns);
  let bytes = entries.length * SLOT_BYTES;
  const addresses = entries.map(([, column]) => {
    if (typeof column === 'number') return column;
    const address = Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    bytes = address + column.byteLength;
    return address;
  });
  const pages = Math.ceil((bytes + ALIGNMENT_BYTES) / PAGE_BYTES);
  const fits = reuse !== undefined && reuse.buffer.byteLength >= pages * PAGE_BYTES;
  const memory = fits ? reuse : new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  new Uint32Array(memory.buffer, 0, addresses.length).set(addresses);
  const views = entries.map(([name, column], i) => [name, viewOf(column, memory.buffer, addresses[i] ?? 0)]);
  return { memory, columns: Object.fromEntries(views) as C };
}

function viewOf(column: number | Column, buffer: ArrayBufferLike, address: number): number | Column {
  if (typeof column === 'number') return column;
  const view = emptyView(column, buffer, address);
  view.set(column);
  return view;
}

function emptyView(column: Column, buffer: ArrayBufferLike, address: number): Column {
  const { length } = column;
  if (column instanceof Float64Array) return new Float64Array(buffer, address, length);
  if (column instanceof Float32Array) return new Float32Array(buffer, address, length);
  if (column instanceof Int32Array) return new Int32Array(buffer, address, length);
  if (column instanceof Uint32Array) return new Uint32Array(buffer, address, length);
  return new Uint8Array(buffer, address, length);
}
