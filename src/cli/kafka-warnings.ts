import type { Logger } from '../ops/logging.ts';

/** Kafka's client sets timers in the past when it has nothing to wait for; Node mentions the first of them. */
const HARMLESS = 'TimeoutNegativeWarning';

/** Puts Node's own warnings among the log lines, in their form, and leaves out the one that means nothing. */
export function takeWarnings(logger: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (name !== HARMLESS) logger.warn({ warning: name }, message);
  });
}
