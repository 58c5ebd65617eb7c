import { setTimeout as delay } from 'node:timers/promises';
import type { Component } from '../ops/lifecycle.ts';
import type { Logger } from '../ops/logging.ts';

/** A set takes well below a second to load. A log that does not give it must not keep a process out for longer. */
export const FIRST_MODELS_LIMIT_MS = 5_000;
/** What the heartbeat says meanwhile. */
const WAITING = 'first-models';

export interface FirstModels {
  readonly models: {
    /** Resolves when the set that was active at the start is loaded or refused, or there is none. */
    readonly ready: Promise<void>;
    current(): unknown;
  };
  readonly logger: Logger;
  /** Told what is waited for now; undefined: nothing any more. */
  readonly onWaiting?: (what: string | undefined) => void;
  readonly limitMs?: number;
}

/**
 * Stands before the listener: nobody is answered without the models that the log has had since before the start.
 * Where there are none in time it goes on without, and says so.
 */
export function firstModels(parts: FirstModels): Component {
  const { models, logger, onWaiting, limitMs = FIRST_MODELS_LIMIT_MS } = parts;
  return {
    name: 'first models',
    start: async () => {
      onWaiting?.(WAITING);
      const isKnown = await inTime(models.ready, limitMs);
      onWaiting?.(undefined);
      if (models.current() !== undefined) return;
      if (isKnown) logger.info({}, 'there are no models yet: answers are empty until a set is activated');
      else logger.warn({ limitMs }, 'no models were loaded in time: answers are empty until there are');
    },
    stop: () => Promise.resolve(),
  };
}

/** False where the limit passed first. */
async function inTime(ready: Promise<void>, limitMs: number): Promise<boolean> {
  const loaded = new AbortController();
  try {
    const late = delay(limitMs, false, { signal: loaded.signal });
    return await Promise.race([ready.then(() => true), late]);
  } finally {
    loaded.abort();
  }
}
