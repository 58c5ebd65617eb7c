import { describe, expect, it } from 'vitest';
import type { AddonAnswer } from '../../../src/serving/addons/recommender.ts';
import { hashOf } from '../profiles.ts';
import { ANSWERED, recommendingServer } from './recommending.ts';

const PATH = `/v1/api/recommendations/${hashOf('known')}/`;
const V2 = { method: 'POST', url: '/v2/recommendations' } as const;
const BODY = { placement: 'addons.discovery', client: hashOf('known') };

describe('a recommender that does not answer', () => {
  it('gives way to an empty answer at the deadline, which says so', async () => {
    const { app, metrics, recorded } = recommendingServer({
      answer: () => new Promise(() => {}),
      deadlineMs: 30,
    });
    const begun = performance.now();
    const legacy = await app.inject({ url: PATH });
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect([legacy.statusCode, legacy.body, legacy.headers['taar-path']]).toEqual([
      200,
      '{"results": []}',
      'empty:late',
    ]);
    const v2 = await app.inject({ ...V2, payload: BODY });
    expect([v2.statusCode, v2.json().items, v2.json().path]).toEqual([200, [], 'empty:late']);
    expect(v2.json().token).toBe('token of another answer');
    expect(recorded).toEqual(['empty:late', 'empty:late']);
    expect(await metrics.registry.metrics()).toContain('taar_serving_under_way 2');
  });

  it('is told when nobody waits any more, and only then', async () => {
    const answers = [() => new Promise<AddonAnswer>(() => {}), () => Promise.resolve(ANSWERED)];
    const { app, questions } = recommendingServer({
      answer: ({ requestId }) => answers[requestId === 'request 1' ? 0 : 1]?.() ?? expect.fail(),
      deadlineMs: 30,
    });
    expect((await app.inject({ url: PATH })).headers['taar-path']).toBe('empty:late');
    expect((await app.inject({ url: PATH })).headers['taar-path']).toBe('personal');
    await new Promise((done) => setTimeout(done, 50));
    expect(questions.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
  });

  it('is not waited for by more than a bounded number', async () => {
    const gate = Promise.withResolvers<AddonAnswer>();
    const { app, metrics } = recommendingServer({
      answer: () => gate.promise,
      maxUnderWay: 3,
      deadlineMs: 10,
    });
    for (let i = 0; i < 3; i++) expect((await app.inject({ url: PATH })).statusCode).toBe(200);
    for (const refused of [await app.inject({ url: PATH }), await app.inject({ ...V2, payload: BODY })]) {
      expect([refused.statusCode, refused.headers['retry-after'], refused.json().code]).toEqual([
        503,
        '1',
        'overloaded',
      ]);
    }
    const text = await metrics.registry.metrics();
    expect(text).toContain('taar_serving_refused_total{route="recommendations"} 1');
    expect(text).toContain('taar_serving_refused_total{route="v2_recommendations"} 1');
    gate.resolve(ANSWERED);
    await expect.poll(() => metrics.registry.metrics()).toContain('taar_serving_under_way 0');
    expect((await app.inject({ url: PATH })).headers['taar-path']).toBe('personal');
    expect(await metrics.registry.metrics()).toContain('taar_serving_under_way 0');
  });
});

it('answers without any where the recommender fails, and logs that once', async () => {
  const { app, log, recorded } = recommendingServer({
    answer: () => Promise.reject(new Error('a fault of ours')),
  });
  for (let i = 0; i < 3; i++) {
    const answer = await app.inject({ url: PATH });
    expect([answer.statusCode, answer.body, answer.headers['taar-path']]).toEqual([
      200,
      '{"results": []}',
      'empty:failed',
    ]);
  }
  expect(log.lines.filter((line) => line.includes('a fault of ours'))).toHaveLength(1);
  expect(recorded).toEqual(['empty:failed', 'empty:failed', 'empty:failed']);
});
