import { TaarError } from '../domain/errors.ts';

/** How much the intake takes on at once. */
export interface InFlightLimits {
  /** Pings whose bodies have come. */
  readonly pings: number;
  /** Memory of bodies, as far as they have come. */
  readonly bytes: number;
}

/**
 * Each ping waits for the log; more than this waiting means that the log is slower than the senders. Refusing is
 * better than a queue that only grows: Firefox keeps the ping and comes back.
 */
export const MAX_IN_FLIGHT: InFlightLimits = { pings: 2_000, bytes: 64 * 2 ** 20 };

/**
 * Counts the pings that are being handled and the memory of their bodies. Only what has come counts against the
 * limits: else a few senders that announce much and send nothing would keep everybody else out.
 */
export class InFlight {
  readonly #limits: InFlightLimits;
  #pings = 0;
  #complete = 0;
  #bytes = 0;

  constructor(limits: InFlightLimits) {
    this.#limits = limits;
  }

  /** Pings that are being handled, whether their bodies have come or not. */
  get pings(): number {
    return this.#pings;
  }

  /** Takes a ping on. Whoever does calls `end` on it. */
  begin(): PingInFlight {
    this.#pings += 1;
    let bytes = 0;
    let complete = 0;
    return {
      keep: (more) => {
        if (this.#bytes + more > this.#limits.bytes) throw overloaded();
        this.#bytes += more;
        bytes += more;
      },
      complete: () => {
        if (this.#complete >= this.#limits.pings) throw overloaded();
        this.#complete += 1;
        complete += 1;
      },
      end: () => {
        this.#pings -= 1;
        this.#complete -= complete;
        this.#bytes -= bytes;
      },
    };
  }
}

/** One ping that is being handled. */
export interface PingInFlight {
  /** Some more of its body has come. @throws TaarError `intake-overloaded` (retry) */
  keep(bytes: number): void;
  /** All of its body has come. @throws TaarError `intake-overloaded` (retry) */
  complete(): void;
  /** It has its answer. */
  end(): void;
}

function overloaded(): TaarError {
  return new TaarError('intake-overloaded', 'retry', 'more pings are being handled than the intake takes on');
}
