/** Lets so many pieces of work run at a time and refuses the others: each holds memory, and nobody waits in a queue. */
export class FewAtOnce {
  readonly #max: number;
  readonly #refusal: () => Error;
  #running = 0;

  constructor(max: number, refusal: () => Error) {
    this.#max = max;
    this.#refusal = refusal;
  }

  /** @throws the refusal, or what the work throws */
  async run<R>(work: () => Promise<R>): Promise<R> {
    if (this.#running >= this.#max) throw this.#refusal();
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
    }
  }
}
