/** Places in the memory through which the threads of a crew agree. */
export const Place = { signal: 0, next: 1, done: 2, failed: 3 } as const;
export const PLACES = 4;

/**
 * One call for each share: `call(argument, starts[i], starts[i + 1], thread)`, in any order and on any thread, after
 * `before(thread)` on each thread.
 */
export interface KernelJob {
  readonly before?: string | undefined;
  readonly call: string;
  readonly argument: number;
  readonly starts: readonly number[];
}

/** What a crew's thread is told. */
export type ToKernelThread =
  | { readonly kind: 'load'; readonly module: WebAssembly.Module; readonly memory: WebAssembly.Memory }
  | { readonly kind: 'job'; readonly job: KernelJob };

/** Any kernel: functions of numbers. */
export type KernelCalls = Readonly<Record<string, (...args: number[]) => unknown>>;

/** Does shares of a job until none is left; other threads do the same. */
export function workOn(job: KernelJob, calls: KernelCalls, places: Int32Array, thread: number): void {
  if (job.before !== undefined) calls[job.before]?.(thread);
  const { starts, argument } = job;
  for (;;) {
    const share = Atomics.add(places, Place.next, 1);
    if (share + 1 >= starts.length) return;
    calls[job.call]?.(argument, starts[share] ?? 0, starts[share + 1] ?? 0, thread);
  }
}
