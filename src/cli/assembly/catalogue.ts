import { TopicTable } from '../../views/topic-table.ts';
import type { AssemblyParts } from './assembly-parts.ts';

/** The newest catalogue, which a process follows once it is started. */
export function catalogueOf({ opened, clock, logger }: AssemblyParts): TopicTable<'addons.Listing'> {
  const { log, codec } = opened;
  const topic = 'addons.catalogue.changed.v1';
  return new TopicTable({ log, codec, clock, logger, topic, type: 'addons.Listing' });
}
