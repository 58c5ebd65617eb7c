import { readFileSync } from 'node:fs';

/** Wide enough for two doubles side by side. */
const ALIGNMENT_BYTES = 16;
const PAGE_BYTES = 65_536;
const SLOT_BYTES = 4;

type Column = Float64Array | Int32Array | Uint32Array | Uint8Array;

/** Sizes, and columns with what is in them at first. */
export type KernelColumns = Readonly<Record<string, number | Column>>;

/** A kernel at work: its functions, and its columns as it sees them. */
export interface RunningKernel<C extends KernelColumns, F> {
  readonly call: F;
  /** Views on the kernel's memory, of the same names. */
  readonly columns: C;
}

/**
 * A compiled WebAssembly kernel (`*.as.ts`, made by `npm run kernels`). Its memory begins with a number for each of its
 * columns, in their order: a size as it is, of an array the address.
 */
export class Kernel {
  readonly #module: WebAssembly.Module;

  /** Reads and compiles the file. */
  constructor(url: URL) {
    this.#module = new WebAssembly.Module(readFileSync(url));
  }

  /** An instance with copies of the columns in a memory of its own, which never grows. */
  start<C extends KernelColumns, F>(columns: C): RunningKernel<C, F> {
    const entries = Object.entries(columns);
    let bytes = entries.length * SLOT_BYTES;
    const addresses = entries.map(([, column]) => {
      if (typeof column === 'number') return column;
      const address = Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
      bytes = address + column.byteLength;
      return address;
    });
    const pages = Math.ceil((bytes + ALIGNMENT_BYTES) / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    new Uint32Array(memory.buffer, 0, addresses.length).set(addresses);
    const views = entries.map(([name, column], i) => [
      name,
      viewOf(column, memory.buffer, addresses[i] ?? 0),
    ]);
    const { exports } = new WebAssembly.Instance(this.#module, { env: { memory } });
    return { call: exports as F, columns: Object.fromEntries(views) as C };
  }
}

function viewOf(column: number | Column, buffer: ArrayBuffer, address: number): number | Column {
  if (typeof column === 'number') return column;
  const view = emptyView(column, buffer, address);
  view.set(column);
  return view;
}

function emptyView(column: Column, buffer: ArrayBuffer, address: number): Column {
  const { length } = column;
  if (column instanceof Float64Array) return new Float64Array(buffer, address, length);
  if (column instanceof Int32Array) return new Int32Array(buffer, address, length);
  if (column instanceof Uint32Array) return new Uint32Array(buffer, address, length);
  return new Uint8Array(buffer, address, length);
}
