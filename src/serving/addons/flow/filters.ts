import type { ItemFilter } from '../../flow/component.ts';
import type { Asker } from './asker.ts';

/** Refuses what the client has. */
export const NOT_INSTALLED: ItemFilter<Asker> = {
  name: 'installed',
  reason: 'already-installed',
  onFailure: 'failFlow',
  refused: ({ state }) => state.installed,
};

/** Refuses what the request does not want. */
export const NOT_EXCLUDED: ItemFilter<Asker> = {
  name: 'excluded',
  reason: 'excluded',
  onFailure: 'failFlow',
  refused: ({ state }) => state.excluded,
};
