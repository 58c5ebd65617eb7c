import { setTimeout as delay } from 'node:timers/promises';
import type { ModelReceiver } from '../models/receiver.ts';
import type { Component } from '../ops/lifecycle.ts';

/** A set takes well below a second to load. A log that does not give it must not keep pings out for longer. */
export const FIRST_MODELS_LIMIT_MS = 5_000;

/** Stands before the listener: nobody is answered without the models that the log has had since before the start. */
export function firstModels(
  models: Pick<ModelReceiver<unknown>, 'ready'>,
  limitMs = FIRST_MODELS_LIMIT_MS,
): Component {
  return {
    name: 'first models',
    start: async () => {
      const loaded = new AbortController();
      try {
        await Promise.race([models.ready, delay(limitMs, undefined, { signal: loaded.signal })]);
      } finally {
        loaded.abort();
      }
    },
    stop: () => Promise.resolve(),
  };
}
