import type { Eventually } from './component.ts';

/** Work that goes on by itself until it yields a promise to wait for; those promises never reject. */
export type Work<T = void> = Generator<Promise<unknown>, T, void>;

/** Runs the work to its end: at once if it waits for nothing, so that what is synchronous costs no turn of the loop. */
export function drive<T>(work: Work<T>): Eventually<T> {
  const step = work.next();
  return step.done === true ? step.value : goOn(work, step.value);
}

async function goOn<T>(work: Work<T>, first: Promise<unknown>): Promise<T> {
  for (let wait = first; ; ) {
    await wait;
    const step = work.next();
    if (step.done === true) return step.value;
    wait = step.value;
  }
}
