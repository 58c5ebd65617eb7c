import { describe, expect, it } from 'vitest';
import { letterLines, replayLines } from '../../src/cli/dead-letter-lines.ts';

const letter = {
  position: 'addons.client.event.v1.dlq/0/12',
  at: Date.UTC(2026, 10, 24),
  code: 'partition-wrong',
  source: 'addons.client.event.v1/3/7',
  valueBytes: 1_500,
  kept: true,
  replayable: true,
};

describe('letterLines', () => {
  it('has counts first, the most frequent code on top, then the letters', () => {
    const lost = {
      ...letter,
      code: 'schema-unknown',
      source: null,
      valueBytes: null,
      kept: false,
      replayable: false,
    };
    const counts = { 'schema-unknown': 1, 'partition-wrong': 40 };
    expect(letterLines({ counts, letters: [letter, lost] })).toBe(
      '      40  partition-wrong\n' +
        '       1  schema-unknown\n' +
        'the newest 2 of 41:\n' +
        'addons.client.event.v1.dlq/0/12  2026-11-24T00:00:00.000Z  partition-wrong  ' +
        'from addons.client.event.v1/3/7  1.5 kB, can be replayed\n' +
        'addons.client.event.v1.dlq/0/12  2026-11-24T00:00:00.000Z  schema-unknown  ' +
        'from unknown  no value, value not kept\n',
    );
    const keyless = { ...letter, replayable: false };
    expect(letterLines({ counts: { 'partition-wrong': 1 }, letters: [keyless] })).toMatch(
      /kB, key not kept\n$/,
    );
  });

  it('says so when there are none', () => {
    expect(letterLines({ counts: {}, letters: [] })).toBe('no dead letters\n');
  });
});

describe('replayLines', () => {
  it('tells what was replayed, what was not, and where to go on', () => {
    const next = ['addons.client.event.v1.dlq/0/13'];
    expect(replayLines({ replayed: 3, refused: { 'key-not-kept': 2 }, next })).toBe(
      '3 records appended again\n       2  not replayed, key-not-kept\n' +
        'to go on behind these, replay with\n  --from addons.client.event.v1.dlq/0/13\n',
    );
  });
});
