import { TaarError } from '../domain/errors.ts';
import type { Lifecycle } from '../ops/lifecycle.ts';

/**
 * Ends a process's parts, but does not wait for ever: what is not drained by then is safe in the log anyway.
 * @throws TaarError `stop-late`, `stop-failed` (halt)
 */
export async function stopInTime(lifecycle: Lifecycle, limitMs: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const what = `not every part had stopped after ${limitMs / 1000} s; nothing that was accepted is lost`;
    late.reject(new TaarError('stop-late', 'halt', what));
  }, limitMs);
  try {
    await Promise.race([lifecycle.stop(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
