import type { Filter } from '../../flow/component.ts';
import type { Asker } from './asker.ts';

/** Refuses what the client has. */
export const NOT_INSTALLED: Filter<Asker> = {
  name: 'installed',
  onFailure: 'failFlow',
  when: ({ state }) => state.installed.items.length > 0,
  check: ({ state }, pool, entry) =>
    state.installed.has(pool.item[entry] ?? -1) ? 'already-installed' : undefined,
};

/** Refuses what the request does not want. */
export const NOT_EXCLUDED: Filter<Asker> = {
  name: 'excluded',
  onFailure: 'failFlow',
  when: ({ state }) => state.excluded.items.length > 0,
  check: ({ state }, pool, entry) => (state.excluded.has(pool.item[entry] ?? -1) ? 'excluded' : undefined),
};
