/** How long the event loop was held at most, on the wall clock and in CPU time of its thread. */
export interface Stall {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Probes the event loop of its thread every millisecond. */
export class StallProbe {
  #last = performance.now();
  #lastCpu = process.threadCpuUsage();
  #longest: Stall = { wallMs: 0, cpuMs: 0 };
  readonly #timer = setInterval(() => this.#probe(), 1);

  /** The longest stalls since the last call. */
  take(): Stall {
    const longest = this.#longest;
    this.#longest = { wallMs: 0, cpuMs: 0 };
    return longest;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #probe(): void {
    const now = performance.now();
    const { user, system } = process.threadCpuUsage(this.#lastCpu);
    this.#longest = {
      wallMs: Math.max(this.#longest.wallMs, now - this.#last - 1),
      cpuMs: Math.max(this.#longest.cpuMs, (user + system) / 1000),
    };
    this.#last = now;
    this.#lastCpu = process.threadCpuUsage();
  }
}
