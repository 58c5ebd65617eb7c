import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/domain/client-key.ts';
import { MAX_UNPACKED_BYTES } from '../../src/producers/ping-body.ts';
import {
  CANARY_ID,
  type CapturedName,
  captured,
  changed,
  GLEAN_ID,
  LEGACY_ID,
  legacyDeletion,
  packed,
} from './captured-ping.ts';
import { RunningIntake } from './running-intake.ts';
import { NOW } from './temporary-log.ts';

const EVENTS = 'addons.client.event.v1';
const REJECTED = 'intake.ping.rejected.v1';
const GLEAN_KEY = sha256Hex(GLEAN_ID);
const LEGACY_KEY = sha256Hex(LEGACY_ID);

let intake: RunningIntake;
beforeAll(async () => {
  intake = await RunningIntake.start();
});
beforeEach(() => intake.forget());
afterAll(() => intake.stop());

describe('a ping that a real Firefox sends', () => {
  it.each<[CapturedName, string, number]>([
    ['main', LEGACY_KEY, 6],
    ['new-profile', LEGACY_KEY, 6],
    ['addons', GLEAN_KEY, 6],
  ])('%s is durable under the key of its client when it is answered', async (name, key, addons) => {
    expect(await intake.send(captured(name))).toEqual({
      status: 200,
      retryAfter: undefined,
      code: undefined,
    });
    const [record, ...others] = await intake.stored(EVENTS);
    expect(others).toEqual([]);
    expect(record).toMatchObject({ key, type: 'addons.ClientObserved', value: { submittedAt: NOW } });
    expect(record).toHaveProperty('value.addons.length', addons);
    expect(record).toHaveProperty('value.counters', name === 'main' ? expect.anything() : null);
    expect(await intake.count('taar_intake_pings_total', { type: name, outcome: 'published' })).toBe(1);
  });

  it('baseline is stored under the legacy key, with a link under the Glean one', async () => {
    expect(await intake.send(captured('baseline'))).toMatchObject({ status: 200 });
    const records = await intake.stored(EVENTS);
    expect(records).toHaveLength(2);
    expect(records.find(({ type }) => type === 'addons.ClientObserved')).toMatchObject({
      key: LEGACY_KEY,
      value: {
        addons: null,
        facts: { locale: 'en-US', os: 'Linux', channel: 'esr', city: null, country: null },
      },
    });
    expect(records.find(({ type }) => type === 'addons.ClientLinkRequested')).toMatchObject({
      key: GLEAN_KEY,
      value: { canonical: LEGACY_KEY, createdAt: Date.parse('2026-11-22T22:47:19.530Z'), submittedAt: NOW },
    });
  });

  it.each([
    ['Glean', captured('deletion-request'), GLEAN_KEY, '2026-11-22T22:49:53.909Z'],
    ['legacy', legacyDeletion(), LEGACY_KEY, '2026-11-22T22:47:19.179Z'],
  ])('deletion-request (%s) becomes a final deletion with a request id', async (_kind, ping, key, at) => {
    expect(await intake.send(ping)).toMatchObject({ status: 200 });
    expect(await intake.stored(EVENTS)).toEqual([
      {
        key,
        type: 'addons.ClientDeletionRequested',
        value: {
          kind: 'deletion-requested',
          createdAt: Date.parse(at),
          submittedAt: NOW,
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          origin: 'client',
          reopen: false,
          derivedFrom: null,
        },
      },
    ]);
  });

  it('whose id means nobody is answered, counted and dropped', async () => {
    const ping = changed(captured('main'), ['clientId'], CANARY_ID);
    expect(await intake.send(ping)).toMatchObject({ status: 200 });
    expect(await intake.stored(EVENTS)).toEqual([]);
    expect(await intake.stored(REJECTED)).toEqual([]);
    expect(await intake.count('taar_intake_pings_total', { outcome: 'nobody' })).toBe(1);
  });
});

describe('the headers of a ping', () => {
  const { url, body } = captured('main');
  it.each<[string, Record<string, string>]>([
    ['the content type of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['no content type', {}],
    ['a content type that is none', { 'content-type': ';;;' }],
    ['an unknown content type', { 'content-type': 'image/png' }],
    ['gzip in capitals', { 'content-encoding': 'GZIP' }],
    ['no content encoding', {}],
  ])('may say %s', async (_what, headers) => {
    expect(await intake.post(url, packed(body), headers)).toMatchObject({ status: 200 });
    expect(await intake.stored(EVENTS)).toHaveLength(1);
  });

  it('may say that the body is plain', async () => {
    const plain = JSON.stringify(body);
    expect(await intake.post(url, plain, { 'content-type': 'application/json' })).toMatchObject({
      status: 200,
    });
    expect(await intake.post(url, plain, { 'content-encoding': 'identity' })).toMatchObject({ status: 200 });
    expect(await intake.stored(EVENTS)).toHaveLength(2);
  });
});

describe('a document that is not used', () => {
  const doc = '0b6d2f7e-4f5e-4c55-9a53-6f3b8f1f0a11';
  it.each([
    [
      'event, which pingsender sends before main',
      `/submit/telemetry/${doc}/event/Firefox/1/esr/2?v=4`,
      'unused',
    ],
    ['newtab', `/submit/firefox-desktop/newtab/1/${doc}`, 'unused'],
    ['the Glean new-profile', `/submit/firefox-desktop/new-profile/1/${doc}`, 'unused'],
    ['main of Thunderbird', `/submit/telemetry/${doc}/main/Thunderbird/1/esr/2?v=4`, 'other-app'],
    ['nothing known', '/submit/a/b', 'unknown'],
  ])('%s is answered 200, counted and not read', async (_what, url, outcome) => {
    expect(await intake.post(url, 'neither gzip nor JSON', { 'content-encoding': 'gzip' })).toMatchObject({
      status: 200,
    });
    expect(await intake.stored(EVENTS)).toEqual([]);
    expect(await intake.stored(REJECTED)).toEqual([]);
    expect(await intake.count('taar_intake_pings_total', { type: 'other', outcome })).toBe(1);
  });

  it('may be larger than any that is used', async () => {
    const body = Buffer.alloc(3 * MAX_UNPACKED_BYTES);
    expect(await intake.post(`/submit/firefox-desktop/newtab/1/${doc}`, body)).toMatchObject({ status: 200 });
  });
});
