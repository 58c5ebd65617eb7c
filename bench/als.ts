import { uniformsOf } from '../src/domain/random.ts';
import { type AlsSolver, alsCrew, iterate } from '../src/trainers/numerics/als-fit.ts';
import { layOutAls } from '../src/trainers/numerics/als-memory.ts';
import { PER_COUNT } from '../src/trainers/numerics/als-options.ts';
import { startingUsers } from '../src/trainers/numerics/als-start.ts';
import type { Interactions } from '../src/trainers/numerics/interactions.ts';
import type { KernelCrew } from '../src/trainers/numerics/kernel-crew.ts';
import { peerSeconds } from './als.peer.ts';
import { type BenchResult, cpuSeconds, median } from './bench.ts';

const USERS = 100_000;
const ITEMS = 2000;
const ITEMS_EACH = 20;
const FACTORS = 32;
const RUNS = 9;
const LIMIT = { gradient: 0.45, cholesky: 1.2 } as const;
/** CPU of two threads against one. */
const LIMIT_OF_TWO = 1.15;
const OPTIONS = {
  factors: FACTORS,
  lambda: 0.01,
  alpha: 10,
  iterations: 1,
  seed: 1,
  countExponent: PER_COUNT,
};

/** Twenty different items for each user, popular ones more often: the square of a uniform number chooses. */
function population(): Interactions {
  const itemOf = new Uint32Array(USERS * ITEMS_EACH);
  for (let user = 0; user < USERS; user++) {
    const draw = uniformsOf(1, 'bench.als', user);
    const own = new Set<number>();
    for (let i = 0; own.size < ITEMS_EACH; i++) own.add(Math.floor(ITEMS * draw(i) ** 2));
    itemOf.set(
      [...own].sort((a, b) => a - b),
      user * ITEMS_EACH,
    );
  }
  const starts = Uint32Array.from({ length: USERS + 1 }, (_, user) => user * ITEMS_EACH);
  return { users: USERS, items: ITEMS, starts, itemOf };
}

/** CPU seconds of one iteration, of all threads together: run after run, each from where the one before ended. */
function iterations(likes: Interactions, start: Float64Array, solver: AlsSolver, crew: KernelCrew): number[] {
  const laidOut = layOutAls(likes, OPTIONS, start, crew.threads);
  crew.load(laidOut.memory);
  // The first run compiles the kernel.
  iterate(laidOut, solver, crew);
  return Array.from({ length: RUNS }, () => {
    const began = process.cpuUsage();
    iterate(laidOut, solver, crew);
    return cpuSeconds(began);
  });
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** One full iteration of ALS over 2,000,000 interactions (README, numbers). */
export async function run(): Promise<BenchResult> {
  const likes = population();
  const start = startingUsers(likes, FACTORS, OPTIONS.seed);
  const [alone, two] = [alsCrew(1), alsCrew(2)];
  const gradient = iterations(likes, start, 'gradient', alone);
  const cholesky = median(iterations(likes, start, 'cholesky', alone));
  const gradientOfTwo = median(iterations(likes, start, 'gradient', two));
  const choleskyOfTwo = median(iterations(likes, start, 'cholesky', two));
  await two.stop();
  const value = median(gradient);
  return {
    name: 'als',
    unit: 'CPU seconds for an iteration by conjugate gradient, one thread',
    value: rounded(value),
    runs: gradient.map(rounded),
    reference: { what: 'at most', value: LIMIT.gradient },
    ratio: rounded(LIMIT.gradient / value),
    details: {
      [`by Cholesky, one thread (limit ${LIMIT.cholesky})`]: rounded(cholesky),
      'by conjugate gradient, two threads': rounded(gradientOfTwo),
      'by Cholesky, two threads': rounded(choleskyOfTwo),
      [`two threads / one, conjugate gradient (limit ${LIMIT_OF_TWO})`]: rounded(gradientOfTwo / value),
      [`two threads / one, Cholesky (limit ${LIMIT_OF_TWO})`]: rounded(choleskyOfTwo / cholesky),
      ...(await peerSeconds(likes, FACTORS)),
    },
  };
}
