import { ALS_KERNEL, type AlsMemory, GRAM_PARTIALS, layOutAls } from './als-memory.ts';
import type { AlsFactors, AlsOptions } from './als-options.ts';
import { startingUsers } from './als-start.ts';
import type { Interactions } from './interactions.ts';
import { KernelCrew } from './kernel-crew.ts';

/** How a row is solved: exactly, or by three steps of conjugate gradient from where it stands. */
export type AlsSolver = 'cholesky' | 'gradient';

const CALLS = { cholesky: 'solveByCholesky', gradient: 'solveByGradient' } as const;
const GRAM_STARTS = Array.from({ length: GRAM_PARTIALS + 1 }, (_, partial) => partial);

/** Threads for fits, the calling one included; to be stopped. */
export function alsCrew(threads: number): KernelCrew {
  return KernelCrew.start(ALS_KERNEL, threads);
}

/** What a fit may be given beside its options. */
export interface AlsCircumstances {
  /** Of `alsCrew`; left out: the calling thread alone. The factors are the same. Several fits should share one. */
  readonly crew?: KernelCrew | undefined;
  /** The first factors of all users; left out: drawn by the seed. */
  readonly start?: Float64Array | undefined;
  /** Names of the items that outlive this training, for the draws. */
  readonly itemKeys?: readonly string[] | undefined;
  /** Told after each iteration how many are done. */
  readonly onIteration?: ((done: number) => void) | undefined;
}

/**
 * Alternating least squares for implicit feedback, in single precision (spec/taar-training.md section 9.5): items first,
 * then users, as often as asked. Synchronous, for threads where nobody waits. The same input gives the same bytes.
 * @throws RangeError where alpha or lambda is not above 0
 */
export function fitAls(
  interactions: Interactions,
  options: AlsOptions & { readonly solver: AlsSolver },
  { crew = alsCrew(1), start, itemKeys, onIteration }: AlsCircumstances = {},
): AlsFactors<Float32Array> {
  if (!(options.alpha > 0 && options.lambda > 0)) throw new RangeError('alpha and lambda must be above 0');
  const first = start ?? startingUsers(interactions, options.factors, options.seed, itemKeys);
  const laidOut = layOutAls(interactions, options, first, crew.threads, crew.memory);
  crew.load(laidOut.memory);
  for (let done = 0; done < options.iterations; done++) {
    iterate(laidOut, options.solver, crew);
    onIteration?.(done + 1);
  }
  return laidOut.read();
}

/** One iteration on what the crew has loaded. */
export function iterate({ steps }: AlsMemory, solver: AlsSolver, crew: KernelCrew): void {
  for (const { step, blockStarts } of steps) {
    crew.do({ call: 'sumGram', argument: step, starts: GRAM_STARTS });
    crew.do({ before: 'takeGram', call: CALLS[solver], argument: step, starts: blockStarts });
  }
}
