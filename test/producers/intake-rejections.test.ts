import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_UNPACKED_BYTES } from '../../src/producers/ping-body.ts';
import { MAX_INLINE_BYTES } from '../../src/producers/ping-decoder.ts';
import { type CapturedPing, captured, changed, packed } from './captured-ping.ts';
import { RunningIntake } from './running-intake.ts';
import { NOW } from './temporary-log.ts';

const EVENTS = 'addons.client.event.v1';
const REJECTED = 'intake.ping.rejected.v1';
const SUBSESSION = ['payload', 'info', 'subsessionLength'];
const BOOKMARKS = ['payload', 'histograms', 'PLACES_BOOKMARKS_COUNT'];
const BEYOND = { sum: Number.MAX_SAFE_INTEGER, values: { 1: 1 } };
const URIS = ['payload', 'processes', 'parent', 'scalars', 'browser.engagement.total_uri_count'];
const ADDONS = ['metrics', 'object', 'addons.active_addons'];

let intake: RunningIntake;
beforeAll(async () => {
  intake = await RunningIntake.start();
});
beforeEach(() => intake.forget());
afterAll(() => intake.stop());

describe('a ping that is wrong', () => {
  const gzip = { 'content-encoding': 'gzip' };
  const { url, body } = captured('main');
  const good = packed(body);
  it.each<[string, number, string, Buffer, Record<string, string>]>([
    ['empty', 400, 'empty-body', Buffer.alloc(0), gzip],
    ['not gzipped', 400, 'not-gzip', Buffer.from(JSON.stringify(body)), gzip],
    ['cut off', 400, 'not-gzip', good.subarray(0, good.length / 2), gzip],
    ['not JSON', 400, 'not-json', gzipSync('{"type": "main"'), gzip],
    ['no object', 400, 'wrong-shape', gzipSync('[]'), gzip],
    ['in an unknown encoding', 400, 'encoding-unknown', good, { 'content-encoding': 'br' }],
    ['packed twice', 400, 'encoding-unknown', gzipSync(good), { 'content-encoding': 'gzip, gzip' }],
    ['too large', 413, 'too-large', Buffer.alloc(MAX_UNPACKED_BYTES + 1, ' '), {}],
    ['a bomb', 413, 'too-large', gzipSync(Buffer.alloc(20 * MAX_UNPACKED_BYTES, ' ')), gzip],
    ['large and not JSON', 400, 'not-json', gzipSync(Buffer.alloc(MAX_INLINE_BYTES + 1, 'x')), gzip],
    ['large and cut off', 400, 'not-gzip', gzipSync(largeMain()).subarray(0, -9), gzip],
  ])('%s is refused and recorded without its body', async (_what, status, code, bytes, headers) => {
    expect(await intake.post(url, bytes, headers)).toMatchObject({ status, code });
    expect(await intake.stored(REJECTED)).toMatchObject([
      { type: 'intake.PingRejected', value: { code, documentType: 'main', bytes: bytes.length, at: NOW } },
    ]);
    expect(await intake.stored(EVENTS)).toEqual([]);
    expect(await intake.count('taar_intake_rejections_total', { code })).toBe(1);
    expect(await intake.send(captured('main'))).toMatchObject({ status: 200 });
  });

  it.each<[string, CapturedPing, string | undefined]>([
    ['seconds', changed(captured('main'), SUBSESSION, Number.MAX_SAFE_INTEGER), 'wrong-shape'],
    ['bookmarks', changed(captured('main'), BOOKMARKS, BEYOND), 'wrong-shape'],
    ['pages', changed(captured('main'), URIS, Number.MAX_SAFE_INTEGER), undefined],
    [
      'scope',
      changed(captured('addons'), ADDONS, [{ id: 'a@b', scope: Number.MIN_SAFE_INTEGER }]),
      'addon-invalid',
    ],
  ])('%s that no record can hold do not make its sender come back for ever', async (_what, ping, code) => {
    expect(await intake.send(ping)).toMatchObject(
      code === undefined ? { status: 200 } : { status: 400, code },
    );
  });

  it('never brings the server down, whatever it holds', async () => {
    const urls = (['main', 'new-profile', 'deletion-request', 'addons', 'baseline'] as const).map((name) =>
      captured(name),
    );
    const any = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((text) => `{"client_info": ${text}}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...urls), any, async ({ url: address }, text) => {
        expect(await intake.post(address, gzipSync(text), gzip)).toMatchObject({ status: 400 });
      }),
      { numRuns: 200 },
    );
  });

  it('in one field never brings the server down, whatever that holds', async () => {
    const paths = pathsIn(body);
    expect(paths.length).toBeGreaterThan(100);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), async (path, value) => {
        const answer = await intake.send(changed(captured('main'), path, value));
        expect([200, 400]).toContain(answer.status);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a large ping', () => {
  it('is decoded as a small one is', async () => {
    const { url } = captured('main');
    const gzip = { 'content-encoding': 'gzip' };
    expect(await intake.post(url, gzipSync(largeMain()), gzip)).toMatchObject({ status: 200 });
    expect(await intake.send(captured('main'))).toMatchObject({ status: 200 });
    const [large, small] = await intake.stored(EVENTS);
    expect(large).toEqual(small);
  });

  it('does not wait behind the others for ever', async () => {
    const { url } = captured('main');
    const body = gzipSync(largeMain());
    const sent = Array.from({ length: 20 }, () => intake.post(url, body, { 'content-encoding': 'gzip' }));
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual(sent.map(() => 200));
    expect(await intake.stored(EVENTS)).toHaveLength(20);
  });
});

/** The captured `main` ping with histograms enough to be decoded in another thread. */
function largeMain(): string {
  const histogram = { bucket_count: 3, histogram_type: 2, range: [1, 2], sum: 0, values: { 0: 1, 1: 0 } };
  const names = Array.from({ length: 4_000 }, (_, i) => [`HISTOGRAM_${i}`, histogram]);
  const text = JSON.stringify(
    changed(captured('main'), ['payload', 'histograms'], Object.fromEntries(names)).body,
  );
  expect(text.length).toBeGreaterThan(MAX_INLINE_BYTES);
  return text;
}

/** The paths of all fields below an object. */
function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([field, below]) => [
    [field],
    ...pathsIn(below).map((path) => [field, ...path]),
  ]);
}
