import { setTimeout } from 'node:timers/promises';

const POLL_MS = 50;

/**
 * Waits until something is true.
 * @throws Error that names it when it is not within the limit
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs: number,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${limitMs / 1000} s: ${what}`);
    await setTimeout(POLL_MS);
  }
}
