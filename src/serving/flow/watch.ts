import type { Eventually, Guard } from './component.ts';
import type { Timers } from './timers.ts';

/** Milliseconds of a clock that never goes back. */
export type Stopwatch = () => number;

/** How a guard fires: `error` is what was thrown; for a timeout it says so. */
export type Fired = (guard: Guard, kind: 'timeout' | 'error', error: unknown, used: boolean) => void;

/** Calls components under their budgets, and tells which guards fired. */
export class Watch {
  readonly #clock: Stopwatch;
  readonly #timers: Timers;
  readonly #signal: AbortSignal | undefined;
  readonly #fired: Fired;

  constructor(clock: Stopwatch, timers: Timers, signal: AbortSignal | undefined, fired: Fired) {
    this.#clock = clock;
    this.#timers = timers;
    this.#signal = signal;
    this.#fired = fired;
  }

  /**
   * Calls `settle` once with what `work` gave; with undefined where it threw, rejected or was late, or where the caller
   * stops waiting first. What answers at once is settled before this returns, with no timer made; else the returned
   * promise says when, and it never rejects.
   */
  call<T>(
    guard: Guard,
    work: () => Eventually<T>,
    settle: (value: T | undefined) => void,
  ): Promise<void> | undefined {
    const started = this.#clock();
    let given: Eventually<T>;
    try {
      given = work();
    } catch (error) {
      this.#fired(guard, 'error', error, false);
      settle(undefined);
      return undefined;
    }
    const { budgetMs } = guard;
    const leftMs = budgetMs === undefined ? undefined : budgetMs - (this.#clock() - started);
    if (given instanceof Promise) return this.#wait(guard, given, leftMs, settle);
    if (leftMs !== undefined && leftMs < 0) this.#fired(guard, 'timeout', late(guard), true);
    settle(given);
    return undefined;
  }

  #wait<T>(
    guard: Guard,
    given: Promise<T>,
    leftMs: number | undefined,
    settle: (value: T | undefined) => void,
  ): Promise<void> {
    return new Promise((resolve) => {
      let open = true;
      const close = (value: T | undefined, kind?: 'timeout' | 'error', error?: unknown) => {
        if (!open) return;
        open = false;
        cancel?.();
        this.#signal?.removeEventListener('abort', abandon);
        if (kind !== undefined) this.#fired(guard, kind, error, false);
        settle(value);
        resolve();
      };
      const abandon = () => close(undefined);
      const cancel =
        leftMs === undefined
          ? undefined
          : this.#timers.after(Math.max(0, leftMs), () => close(undefined, 'timeout', late(guard)));
      this.#signal?.addEventListener('abort', abandon);
      given.then(
        (value) => close(value),
        (error: unknown) => close(undefined, 'error', error),
      );
    });
  }
}

function late({ name, budgetMs }: Guard): Error {
  return new Error(`${name} took longer than ${budgetMs} ms`);
}
