/** Waits of a runner; injected, so that tests choose the time. */
export interface Timers {
  /** Calls `run` after so many milliseconds, unless the returned function was called before. */
  after(ms: number, run: () => void): () => void;
}

/** The timers of the process. */
export const PROCESS_TIMERS: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
