import { describe, expect, it } from 'vitest';
import { configsOf } from '../../../src/log/kafka/topic-configs.ts';
import { planTopics, type StandingTopic } from '../../../src/log/kafka/topic-plan.ts';
import { TOPIC_NAMES, type TopicName, topicSettings } from '../../../src/log/topics.ts';

const EVENTS = 'addons.client.event.v1';

function asNeeded(topic: TopicName): StandingTopic {
  const settings = topicSettings(topic);
  return { partitions: settings.partitions, configs: configsOf(settings) };
}

function planWith(topic: TopicName, standing: StandingTopic | undefined) {
  const all = new Map(TOPIC_NAMES.map((name) => [name, asNeeded(name)]));
  if (standing === undefined) all.delete(topic);
  else all.set(topic, standing);
  return planTopics(all).filter(({ action }) => action !== 'keep');
}

describe('the plan for the topics of a cluster', () => {
  it('keeps what stands as it should', () => {
    const steps = planTopics(new Map(TOPIC_NAMES.map((name) => [name, asNeeded(name)])));
    expect(steps).toEqual(TOPIC_NAMES.map((topic) => ({ topic, action: 'keep' })));
  });

  it('creates what is missing', () => {
    expect(planWith(EVENTS, undefined)).toEqual([{ topic: EVENTS, action: 'create', partitions: 8 }]);
    expect(planTopics(new Map())).toEqual(
      TOPIC_NAMES.map((topic) => ({ topic, action: 'create', partitions: topicSettings(topic).partitions })),
    );
  });

  it('alters only the settings that differ, and leaves alone those that are not ours', () => {
    const standing = asNeeded(EVENTS);
    const { 'retention.bytes': _, ...rest } = standing.configs;
    const configs = { ...rest, 'retention.ms': '1', 'max.message.bytes': '5' };
    const needed = standing.configs;
    const [step] = planWith(EVENTS, { ...standing, configs });
    expect(step).toMatchObject({ topic: EVENTS, action: 'alter' });
    expect(step?.action === 'alter' ? step.changes : []).toEqual(
      expect.arrayContaining([
        { name: 'retention.ms', from: '1', to: needed['retention.ms'] },
        { name: 'retention.bytes', from: undefined, to: needed['retention.bytes'] },
      ]),
    );
    expect(step?.action === 'alter' ? step.changes : []).toHaveLength(2);
  });

  it('refuses another number of partitions, whatever its settings are', () => {
    const standing = { partitions: 7, configs: {} };
    expect(planWith(EVENTS, standing)).toEqual([{ topic: EVENTS, action: 'refuse', has: 7, needs: 8 }]);
  });
});
