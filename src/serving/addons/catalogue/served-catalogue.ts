import type { Listing } from '../../../domain/listing.ts';
import type { TopicTable } from '../../../views/topic-table.ts';

/** The newest catalogue, as answers ask it. */
export interface ServedCatalogue {
  /** False while there is none: empty, or not yet read to its end, where half of it would pass for all. */
  isUsable(): boolean;
  get(guid: string): Listing | undefined;
}

/** The catalogue that a process follows. */
export function servedCatalogue(table: TopicTable<'addons.Listing'>): ServedCatalogue {
  let isRead = false;
  table.caughtUp.then(
    () => {
      isRead = true;
    },
    // Who runs the table is told of its end; without it nothing is refused.
    () => {},
  );
  return {
    isUsable: () => isRead && table.size > 0,
    get: (guid) => table.get(guid),
  };
}
