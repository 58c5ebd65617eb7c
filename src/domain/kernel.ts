import { readFileSync } from 'node:fs';
import { type KernelColumns, layOut } from './kernel-memory.ts';

export type { KernelColumns } from './kernel-memory.ts';

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
  readonly module: WebAssembly.Module;

  /** Reads and compiles the file. */
  constructor(url: URL) {
    this.module = new WebAssembly.Module(readFileSync(url));
  }

  /** An instance with copies of the columns in a memory of its own, which never grows. */
  start<C extends KernelColumns, F>(columns: C): RunningKernel<C, F> {
    const laidOut = layOut(columns, { shared: false });
    return { call: startOn<F>(this.module, laidOut.memory), columns: laidOut.columns };
  }
}

/** The functions of a kernel on a memory that was laid out for it, maybe by another thread. */
export function startOn<F>(module: WebAssembly.Module, memory: WebAssembly.Memory): F {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as F;
}
