/** What a benchmark prints, as one JSON line. */
export interface BenchResult {
  readonly name: string;
  readonly unit: string;
  /** The median of the runs. */
  readonly value: number;
  readonly runs: readonly number[];
  /** What `value` is held against: a limit from the issue, or a peer measured in the same run. */
  readonly reference: { readonly what: string; readonly value: number };
  /** value / reference, or reference / value where smaller is better: at least 1 is good. */
  readonly ratio: number;
  readonly details?: Readonly<Record<string, number | string>>;
}

/** The middle value (of an odd number of runs). */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** CPU seconds that all threads of this process have used since `since`. */
export function cpuSeconds(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}
