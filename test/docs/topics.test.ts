import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/domain/clock.ts';
import { TOPIC_NAMES, topicSettings } from '../../src/log/topics.ts';

const page = readFileSync(new URL('../../docs/topics.md', import.meta.url), 'utf8');

interface Row {
  readonly topic: string;
  readonly kept: string;
  readonly partitions: number;
  readonly records: readonly string[];
}

function rowsOfPage(): Row[] {
  const lines = page.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => {
    const [, topic = '', , kept = '', partitions = '', records = ''] = line
      .split('|')
      .map((cell) => cell.trim());
    return {
      topic: topic.replaceAll('`', ''),
      kept,
      partitions: Number(partitions),
      records: [...records.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
    };
  });
}

describe('docs/topics.md', () => {
  it('says of every topic what the table of topics says', () => {
    const expected = TOPIC_NAMES.map((topic): Row => {
      const settings = topicSettings(topic);
      const { partitions, records } = settings;
      const kept = settings.policy === 'compact' ? 'latest' : `${settings.retentionMs / DAY_MS} d`;
      return { topic, kept, partitions, records };
    });
    expect(expected.length).toBeGreaterThan(5);
    expect(rowsOfPage()).toEqual(expected);
  });
});
