import type { Validator, Verdicts } from './component.ts';
import type { Work } from './drive.ts';
import type { FlowRun } from './flow-run.ts';
import type { EntryList } from './pool.ts';
import { CHECK_FAILED } from './run-filters.ts';

const DROPPED: readonly string[] = [CHECK_FAILED];

/**
 * Validates batch after batch until `need` candidates passed; a batch is validated whole, and by all validators
 * together. At least one batch is, so that what is asked for none is counted too.
 */
export function* runValidation<S>(
  run: FlowRun<S>,
  validators: readonly Validator<S>[],
  need: number,
  batchSize: number,
): Work {
  if (run.stopped) return;
  run.begin('validate');
  const { list } = run;
  const taken = new Int32Array(Math.min(need, list.length));
  let count = 0;
  for (let start = 0; start < list.length && !run.stopped; start += batchSize) {
    const batch = list.subarray(start, start + batchSize);
    run.batches++;
    run.validated += batch.length;
    const verdict = new BatchVerdict(batch.length);
    const waits: Promise<void>[] = [];
    for (const validator of validators) {
      const wait = run.stopped ? undefined : validate(run, validator, batch, verdict);
      if (wait !== undefined) waits.push(wait);
    }
    if (waits.length > 0) yield Promise.all(waits);
    if (run.stopped) break;
    for (let i = 0; i < batch.length; i++) {
      const reasons = verdict.against(i);
      if (reasons !== undefined) for (const reason of reasons) run.refuse('validate', reason);
      else if (count < taken.length) taken[count++] = batch[i] ?? 0;
    }
    if (count >= need) break;
  }
  run.list = taken.subarray(0, count);
  run.end(list.length);
}

function validate<S>(
  run: FlowRun<S>,
  validator: Validator<S>,
  batch: EntryList,
  verdict: BatchVerdict,
): Promise<void> | undefined {
  const { query, pool } = run;
  let answered = false;
  const work = async (verdicts: Promise<Verdicts>) => checked(await verdicts);
  const checked = (verdicts: Verdicts) => {
    if (verdicts !== undefined && verdicts.length !== batch.length) {
      throw new RangeError(`${validator.name} judged ${verdicts.length} of ${batch.length} candidates`);
    }
    answered = true;
    return verdicts;
  };
  return run.watch.call(
    validator,
    () => {
      if (validator.when !== undefined && !validator.when(query)) return checked(undefined);
      const verdicts = validator.check(query, pool, batch);
      return verdicts instanceof Promise ? work(verdicts) : checked(verdicts);
    },
    (verdicts) => {
      if (verdicts !== undefined) verdict.add(verdicts);
      else if (!answered && validator.onFailure === 'dropItem') verdict.addToAll(DROPPED);
    },
  );
}

/** The united reasons against each candidate of a batch. */
class BatchVerdict {
  readonly #size: number;
  #reasons: (Set<string> | undefined)[] | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  add(verdicts: readonly (readonly string[] | undefined)[]): void {
    for (const [i, reasons] of verdicts.entries()) if (reasons !== undefined) this.#unite(i, reasons);
  }

  addToAll(reasons: readonly string[]): void {
    for (let i = 0; i < this.#size; i++) this.#unite(i, reasons);
  }

  /** Undefined: nothing is against it. */
  against(i: number): ReadonlySet<string> | undefined {
    return this.#reasons?.[i];
  }

  #unite(i: number, reasons: readonly string[]): void {
    if (reasons.length === 0) return;
    this.#reasons ??= [];
    const known = this.#reasons[i] ?? new Set();
    for (const reason of reasons) known.add(reason);
    this.#reasons[i] = known;
  }
}
