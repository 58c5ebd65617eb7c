const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm and the launcher pass on a Ctrl-C that the terminal has sent to everybody: that is the same one. */
const SAME_INTERRUPT_MS = 500;
/** What a shell makes of a process that Ctrl-C has killed. */
const EXIT_INTERRUPTED = 130;

/** The wish that this process ends: aborts at the first signal; a second Ctrl-C ends the process at once. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #listener = (signal: NodeJS.Signals): void => this.#take(signal);
  #firstAt = 0;

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  #take(signal: NodeJS.Signals): void {
    if (!this.#controller.signal.aborted) {
      this.#firstAt = performance.now();
      this.#controller.abort();
    } else if (signal === 'SIGINT' && performance.now() - this.#firstAt > SAME_INTERRUPT_MS) {
      process.exit(EXIT_INTERRUPTED);
    }
  }

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) process.off(signal, this.#listener);
  }
}
