import { uniformsOf } from '../../src/domain/random.ts';
import type { Change } from '../../src/views/view.ts';

export const IDENTITY = { logId: 'a log', name: 'addons.profile.changed.v1' };

/** Changes in one batch. */
export const BATCH = 20;
const KEYS = 300;
const VALUE_BYTES = 600;

/** The changes of a numbered batch, always the same: about one in five removes its key. `start` is their first time. */
export function changesOfBatch(batch: number, start = 0): Change[] {
  const uniform = uniformsOf(1, 'changes', batch);
  return Array.from({ length: BATCH }, (_, i) => {
    const key = `key ${Math.floor(uniform(2 * i) * KEYS)}`;
    const value = uniform(2 * i + 1) < 0.2 ? null : Buffer.alloc(VALUE_BYTES, `${batch}.${i} `);
    return { key, value, changedAt: start + batch * BATCH + i };
  });
}

/** What a view must hold after so many batches, in key order. */
export function contentsAfter(batches: number): [string, string][] {
  const model = new Map<string, string>();
  for (let batch = 0; batch < batches; batch++) {
    for (const { key, value } of changesOfBatch(batch)) {
      if (value === null) model.delete(key);
      else model.set(key, Buffer.from(value).toString());
    }
  }
  return [...model].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
