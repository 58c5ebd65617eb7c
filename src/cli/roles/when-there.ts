import { setTimeout as sleep } from 'node:timers/promises';
import { dispositionOf, messageOf, TaarError } from '../../domain/errors.ts';
import type { Logger } from '../../ops/logging.ts';

const FIRST_WAIT_MS = 250;
/** What has come is noticed this soon. */
const LONGEST_WAIT_MS = 5_000;
/** Said again this often while it goes on, so that the end of a log tells what is waited for. */
const SAY_AGAIN_MS = 30_000;

export interface Waiting {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Told what is waited for now; undefined: nothing any more. */
  readonly onWaiting?: (code: string | undefined) => void;
}

/**
 * Opens what another process must have brought up first: tries again for as long as the failure is one that passes,
 * and says what it waits for. @throws what does not pass, and TaarError `interrupted` (halt) when the signal aborts
 */
export async function whenThere<R>(open: () => Promise<R>, waiting: Waiting): Promise<R> {
  const { logger, signal, onWaiting } = waiting;
  let wait = FIRST_WAIT_MS;
  let said = { code: '', at: 0 };
  for (;;) {
    if (signal.aborted) throw new TaarError('interrupted', 'halt', 'told to end while it was starting');
    try {
      const opened = await open();
      onWaiting?.(undefined);
      return opened;
    } catch (error) {
      if (dispositionOf(error) !== 'retry') throw error;
      const code = error instanceof TaarError ? error.code : 'unknown';
      onWaiting?.(code);
      if (code !== said.code || performance.now() - said.at > SAY_AGAIN_MS) {
        logger.warn({ code }, `waiting: ${messageOf(error)}`);
        said = { code, at: performance.now() };
      }
      await sleep(wait, undefined, { signal }).catch(() => {});
      wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    }
  }
}
