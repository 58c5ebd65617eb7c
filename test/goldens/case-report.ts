import { firstDifference } from './difference.ts';
import type { GoldenReport } from './golden.ts';

/** What became of the cases of one golden file. */
export class CaseReport implements GoldenReport {
  passed = 0;
  /** The id and difference of each failed case. */
  readonly failures: { readonly id: string; readonly difference: string }[] = [];
  /** How often each FIX rule was applied. */
  readonly rules = new Map<string, number>();

  check(id: string, passed: boolean, difference = 'not as expected'): void {
    if (passed) this.passed++;
    else this.failures.push({ id, difference });
  }

  equal(id: string, actual: unknown, expected: unknown): void {
    const difference = firstDifference(actual, expected);
    this.check(id, difference === undefined, difference);
  }

  rule(name: string): void {
    this.rules.set(name, (this.rules.get(name) ?? 0) + 1);
  }
}
