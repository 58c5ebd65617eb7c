import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/domain/clock.ts';
import { readSchemas } from '../../src/log/schema-folder.ts';
import { deadLettersOf, isPastRetention, TOPIC_NAMES, topicSettings } from '../../src/log/topics.ts';

describe('the topic table', () => {
  it('names only record types that have a schema, and every one of them', () => {
    const named = new Set(TOPIC_NAMES.flatMap((topic) => topicSettings(topic).records));
    expect([...named].sort()).toEqual(readSchemas().map(({ type }) => type));
  });

  it('gives an aggregate’s events and its changelog the same partitions', () => {
    const events = topicSettings('addons.client.event.v1');
    expect(topicSettings('addons.profile.changed.v1').partitions).toBe(events.partitions);
    expect(topicSettings('privacy.deletion.requested.v1').partitions).toBe(events.partitions);
  });

  it('removes what is superseded after a day and tombstones after seven', () => {
    const compact = TOPIC_NAMES.map(topicSettings).filter((settings) => settings.policy === 'compact');
    expect(compact.length).toBeGreaterThan(0);
    for (const settings of compact) {
      expect(settings).toMatchObject({ maxCompactionLagMs: DAY_MS, deleteRetentionMs: 7 * DAY_MS });
    }
  });

  it('knows where dead letters go, and where none can', () => {
    expect(deadLettersOf('addons.client.event.v1')).toBe('addons.client.event.v1.dlq');
    expect(() => deadLettersOf('models.chunk.published.v1')).toThrow('no dead-letter topic');
  });

  it('lets only delete topics forget by age', () => {
    const now = 100 * DAY_MS;
    const events = topicSettings('addons.client.event.v1');
    expect(isPastRetention(events, now - 7 * DAY_MS, now)).toBe(false);
    expect(isPastRetention(events, now - 7 * DAY_MS - 1, now)).toBe(true);
    expect(isPastRetention(topicSettings('addons.profile.changed.v1'), 0, now)).toBe(false);
  });
});
