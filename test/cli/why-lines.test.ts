import { expect, it } from 'vitest';
import { whyLines } from '../../src/cli/why-lines.ts';
import type { ShownAnswer, WhyReport } from '../../src/serving/feedback/why-report.ts';
import { answerOf } from '../serving/feedback/answers.ts';

const NONE: WhyReport = { answer: null, observations: [], searched: 'all' };
const [FIRST, SECOND] = answerOf().items;
const ANSWER: ShownAnswer = {
  ...answerOf(),
  at: '2026-11-22T23:00:00.000Z',
  tokenId: 'AAAAAAAAAAA',
  answers: 1,
  items: [
    { ...(FIRST as NonNullable<typeof FIRST>), probability: 0.123456 },
    { ...(SECOND as NonNullable<typeof SECOND>), probability: null, contributions: [], reasons: [] },
  ],
};

it('says that there is no record, and when it cannot know', () => {
  expect(whyLines(NONE)).toContain('no record of this answer: ');
  expect(whyLines({ ...NONE, searched: 'part' })).toContain(
    'more records of its time than are looked through',
  );
});

it('says how an answer came about, and what became of it', () => {
  const observations = [
    { item: 'a', kind: 'impression', at: '2026-11-22T23:00:01.000Z', receivedAt: '2026-11-22T23:00:02.000Z' },
    { item: 'a', kind: 'click', at: null, receivedAt: '2026-11-22T23:00:03.000Z' },
  ] as const;
  const lines = whyLines({ answer: ANSWER, observations, searched: 'all' }).split('\n');
  expect(lines.filter((line) => !line.startsWith('  stage'))).toEqual([
    'addons, disco, 2026-11-22T23:00:00.000Z',
    '  path     personal',
    '  set      20261122T230000Z-1 (similarity 20261122T225900Z-1, ensemble 20261122T225930Z-1)',
    '  draw     by chance',
    '  items',
    '     1. {c0ffee00-0000-4000-8000-000000000000}  score 3.5, probability 0.1235',
    '        collaborative 1.25 + similarity 2 + locale 0.25; becauseOf',
    '     2. {c0ffee00-0000-4000-8000-000000000001}  score 1.75',
    '  source   collaborative: 40 found, 3 refused, 37 ranked, 4 served',
    '  source   similarity: 40 found, 3 refused, 37 ranked, 4 served',
    '  source   locale: 40 found, 3 refused, 37 ranked, 4 served',
    '  without  locale: timeout, 1 times',
    '  refused  installed 9, excluded 1',
    'observed   2026-11-22T23:00:01.000Z impression a',
    'observed   2026-11-22T23:00:03.000Z click a',
    '',
  ]);
  expect(lines).toContain('  stage    rank: 120 in, 80 out, 17 µs');
});

it('says of an empty answer that nothing is in it', () => {
  const empty = { ...ANSWER, path: 'empty:no-models', setVersion: null, models: [], items: [] };
  const text = whyLines({ answer: empty, observations: [], searched: 'part' });
  for (const line of [
    '  set      none\n',
    '  draw     none\n',
    '  items    none\n',
    'observed   nothing\n',
  ]) {
    expect(text).toContain(line);
  }
  expect(text).toContain('more observations than are looked through');
});

it('says when the draw had a seed', () => {
  expect(whyLines({ ...NONE, answer: { ...ANSWER, seeded: true } })).toContain(
    'a seed that the request named',
  );
});

it('repeats no command for the terminal, and no line, that a caller hid in the id of an item', () => {
  const id = '\u001b[2Jx\r\nobserved   nothing\u009b31m';
  const items = ANSWER.items.map((item) => ({ ...item, id }));
  const observations = [
    { item: id, kind: 'click', at: null, receivedAt: '2026-11-22T23:00:03.000Z' },
  ] as const;
  const text = whyLines({ answer: { ...ANSWER, items }, observations, searched: 'all' });
  expect(text).toContain(String.raw`1. \u001b[2Jx\u000d\u000aobserved   nothing\u009b31m  score`);
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(text.split('\n').filter((line) => line.startsWith('observed   nothing'))).toEqual([]);
});
