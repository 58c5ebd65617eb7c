import type { TopicSettings } from '../topic-settings.ts';

/** How a topic is kept, in the cluster's own words (DESIGN section 7). */
export function configsOf(settings: TopicSettings): Readonly<Record<string, string>> {
  // Times of a partition must never go back, whoever writes to it.
  const common = { 'message.timestamp.type': 'LogAppendTime' };
  if (settings.policy === 'delete') {
    return {
      ...common,
      'cleanup.policy': 'delete',
      'retention.ms': `${settings.retentionMs}`,
      'retention.bytes': `${settings.retentionBytes}`,
    };
  }
  return {
    ...common,
    'cleanup.policy': 'compact',
    'max.compaction.lag.ms': `${settings.maxCompactionLagMs}`,
    'delete.retention.ms': `${settings.deleteRetentionMs}`,
  };
}
