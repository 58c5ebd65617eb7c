/** What a golden check reports. A case is one expectation; `rule` counts a difference that a FIX verdict explains. */
export interface GoldenReport {
  /** One case: passed or failed, with what differed. */
  check(id: string, passed: boolean, difference?: string): void;
  /** A deep-equality case; prints the first difference. */
  equal(id: string, actual: unknown, expected: unknown): void;
  /** Applies a named rule where a FIX verdict differs from the original; never chosen by case id. */
  rule(name: string): void;
}

/** Other files of the same set, for goldens that share an input. */
export interface GoldenFiles {
  /** `family/name`, e.g. `taar-training/profiles`. */
  load(name: string): Promise<unknown>;
}

/** The check of one golden file; `test/goldens/checks/<family>-<name>.ts` exports it as `check`. */
export interface GoldenCheck {
  /** `family/name`, e.g. `taar-training/events`. */
  readonly file: string;
  run(data: unknown, report: GoldenReport, files: GoldenFiles): void | Promise<void>;
}
