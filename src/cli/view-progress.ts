import type { Progress } from '../consumers/consumer-lag.ts';
import { topicSettings } from '../log/topics.ts';
import type { View } from '../views/view.ts';
import { CHANGELOG } from './assembly/assembly-parts.ts';

/** How far a view of the profiles is, as it says itself. */
export function viewProgress(view: View): Progress {
  const partitions = [...Array(topicSettings(CHANGELOG).partitions).keys()];
  return {
    topic: CHANGELOG,
    positions: () => Promise.all(partitions.map((partition) => view.position(partition))),
  };
}
