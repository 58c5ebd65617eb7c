/** How much the intake takes on at once. */
export interface InFlightLimits {
  readonly pings: number;
  readonly bytes: number;
}

/**
 * Each ping waits for the log; more than this waiting means that the log is slower than the senders. Refusing is
 * better than a queue that only grows: Firefox keeps the ping and comes back.
 */
export const MAX_IN_FLIGHT: InFlightLimits = { pings: 2_000, bytes: 64 * 2 ** 20 };

/** Counts the pings that are being handled and the memory that their bodies may take. */
export class InFlight {
  readonly #limits: InFlightLimits;
  #pings = 0;
  #bytes = 0;

  constructor(limits: InFlightLimits) {
    this.#limits = limits;
  }

  get pings(): number {
    return this.#pings;
  }

  /** Takes a ping on; false when there are too many already. Whoever gets true calls `leave` with the same size. */
  enter(bytes: number): boolean {
    if (this.#pings >= this.#limits.pings || this.#bytes + bytes > this.#limits.bytes) return false;
    this.#pings += 1;
    this.#bytes += bytes;
    return true;
  }

  leave(bytes: number): void {
    this.#pings -= 1;
    this.#bytes -= bytes;
  }
}
