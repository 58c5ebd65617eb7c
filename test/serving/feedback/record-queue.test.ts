import { beforeEach, describe, expect, it } from 'vitest';
import type { RecommendationServed } from '../../../src/domain/served.ts';
import { RecordCodec } from '../../../src/log/record-codec.ts';
import type { RecordBlock } from '../../../src/serving/feedback/record-block.ts';
import { RecordQueue } from '../../../src/serving/feedback/record-queue.ts';
import { answerOf } from './answers.ts';

const AT = Date.parse('2026-11-22T12:00:00Z');

let codec: RecordCodec;
beforeEach(async () => {
  codec = await RecordCodec.open({ idOf: async (type) => type.length, schemaOf: async () => undefined });
});

function servedAs(tokenId: string, items = 10): RecommendationServed {
  return { tokenId, at: AT, answers: 1, ...answerOf(items) };
}

function tokensOf(block: RecordBlock | undefined): string[] {
  return (block?.records ?? []).map(({ value }) => {
    return codec.decodeAs('serving.RecommendationServed', value ?? Buffer.of()).tokenId;
  });
}

describe('RecordQueue', () => {
  it('gives records in the order in which they came, under their keys', () => {
    const queue = new RecordQueue(codec, 3);
    const tokens = Array.from({ length: 8 }, (_, i) => `token ${i}`);
    const bytes = tokens.map((token) => queue.add(`key of ${token}`, servedAs(token)));
    expect(queue.length).toBe(8);
    const blocks = [queue.take(), queue.take(), queue.take()];
    expect(blocks.map((block) => block?.records.length)).toEqual([3, 3, 2]);
    expect(blocks.flatMap(tokensOf)).toEqual(tokens);
    expect(blocks.flatMap((block) => block?.records.map(({ key }) => key))).toEqual(
      tokens.map((token) => `key of ${token}`),
    );
    expect(blocks.reduce((sum, block) => sum + (block?.bytes ?? 0), 0)).toBe(
      bytes.reduce((sum, each) => sum + each, 0),
    );
    expect(queue.take()).toBeUndefined();
  });

  it('takes a record that is larger than a block, and those after it', () => {
    const queue = new RecordQueue(codec, 500);
    queue.add('a', servedAs('first'));
    queue.add('b', servedAs('large', 5_000));
    queue.add('c', servedAs('last'));
    expect([queue.take(), queue.take(), queue.take()].flatMap(tokensOf)).toEqual(['first', 'large', 'last']);
  });

  it('uses memory again once it is told that nobody has the records any more, and not before', () => {
    const queue = new RecordQueue(codec, 500);
    queue.add('a', servedAs('one'));
    const first = queue.take();
    queue.add('a', servedAs('two'));
    expect(tokensOf(first)).toEqual(['one']);
    const second = queue.take();
    if (first !== undefined) queue.release(first);
    queue.add('a', servedAs('three'));
    expect(tokensOf(second)).toEqual(['two']);
    const third = queue.take();
    expect(third).toBe(first);
    expect(tokensOf(third)).toEqual(['three']);
  });

  it('is none the worse for a record that breaks its schema', () => {
    const queue = new RecordQueue(codec, 500);
    queue.add('a', servedAs('one'));
    expect(() => queue.add('a', { ...servedAs('broken'), at: Number.NaN })).toThrow(/does not fit/);
    queue.add('a', servedAs('two'));
    expect(tokensOf(queue.take())).toEqual(['one', 'two']);
  });
});
