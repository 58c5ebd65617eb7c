import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ClientKeys, sha256Hex } from '../../src/domain/client-key.ts';
import { TaarError } from '../../src/domain/errors.ts';
import type { EventLog } from '../../src/log/event-log.ts';
import { MAX_UNPACKED_BYTES } from '../../src/producers/ping-body.ts';
import { captured, changed, GLEAN_ID, LEGACY_ID, legacyDeletion, packed } from './captured-ping.ts';
import { type IntakeSettings, RunningIntake } from './running-intake.ts';

const EVENTS = 'addons.client.event.v1';
const REJECTED = 'intake.ping.rejected.v1';
const GLEAN_KEY = sha256Hex(GLEAN_ID);
const LEGACY_KEY = sha256Hex(LEGACY_ID);

let intake: RunningIntake;

async function start(settings?: IntakeSettings): Promise<void> {
  intake = await RunningIntake.start(settings);
}

afterEach(() => intake.stop());

describe('the settings of the intake', () => {
  it('key clients with the pepper when there is one', async () => {
    const pepper = 'a pepper of some length';
    await start({ pepper });
    await intake.send(captured('baseline'));
    const keys = new ClientKeys(pepper);
    expect((await intake.stored(EVENTS)).map(({ key }) => key).sort()).toEqual(
      [keys.of(LEGACY_KEY), keys.of(GLEAN_KEY)].sort(),
    );
    const written = await intake.everythingWritten();
    expect(written).not.toContain(LEGACY_KEY);
    expect(written).not.toContain(GLEAN_KEY);
  });

  it('place a ping by its address, behind a proxy that is trusted', async () => {
    const lookup = (address: string) => ({ city: address, country: 'GB' });
    await start({ geo: { lookup }, trustProxy: true });
    const { url, headers, body } = captured('addons');
    await intake.send({ url, headers: { ...headers, 'x-forwarded-for': '81.2.69.142' }, body });
    expect(await intake.stored(EVENTS)).toMatchObject([
      { value: { facts: { city: '81.2.69.142', country: 'GB' } } },
    ]);
  });
});

describe('when the log', () => {
  const comeBack = { status: 503, retryAfter: '10', code: 'come-back' };

  it('is closed, pings are told to come back', async () => {
    await start();
    await intake.closeLog();
    expect(await intake.send(captured('addons'))).toEqual(comeBack);
    expect(await intake.count('taar_intake_pings_total', { type: 'addons', outcome: 'refused' })).toBe(1);
  });

  it('fails for a while, pings are accepted again afterwards', async () => {
    let fails = true;
    const append =
      (log: EventLog): EventLog['append'] =>
      async (records) => {
        if (fails) throw new TaarError('log-unavailable', 'retry', 'the log is not there');
        return log.append(records);
      };
    await start({ append });
    expect(await intake.send(captured('addons'))).toEqual(comeBack);
    expect(await intake.send(captured('main'))).toEqual(comeBack);
    expect(await intake.post(captured('main').url, 'no JSON')).toMatchObject({ status: 400 });
    fails = false;
    expect(await intake.send(captured('addons'))).toMatchObject({ status: 200 });
    expect(await intake.stored(EVENTS)).toHaveLength(1);
    expect((await intake.everythingWritten()).match(/pings cannot be accepted/g)).toHaveLength(1);
  });

  it('takes its time, no ping is answered before and too many are told to come back', async () => {
    const release = Promise.withResolvers<void>();
    let waiting = 0;
    const append =
      (log: EventLog): EventLog['append'] =>
      async (records) => {
        waiting += 1;
        await release.promise;
        return log.append(records);
      };
    await start({ append, limits: { pings: 2, bytes: MAX_UNPACKED_BYTES } });
    const taken = [intake.send(captured('addons')), intake.send(captured('main'))];
    while (waiting < 2) await wait(1);
    expect(await intake.send(captured('addons'))).toEqual(comeBack);
    expect(await Promise.race([...taken, wait(50, 'unanswered')])).toBe('unanswered');
    release.resolve();
    expect((await Promise.all(taken)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await intake.send(captured('addons'))).toMatchObject({ status: 200 });
  });
});

describe('senders that announce more than they send', () => {
  it('keep nobody else out', async () => {
    await start({ limits: { pings: 2, bytes: MAX_UNPACKED_BYTES } });
    const { url } = captured('main');
    const sockets = Array.from({ length: 5 }, () => connect(intake.port, '127.0.0.1'));
    for (const socket of sockets) {
      socket.write(`POST ${url} HTTP/1.1\r\nhost: x\r\ncontent-length: ${MAX_UNPACKED_BYTES}\r\n\r\nh`);
    }
    while ((await intake.count('taar_intake_in_flight_pings')) < sockets.length) await wait(1);
    expect(await intake.send(captured('main'))).toMatchObject({ status: 200 });
    for (const socket of sockets) socket.destroy();
  });

  it('are told to come back once bodies fill the memory that is for them', async () => {
    await start({ limits: { pings: 2, bytes: 1_000 } });
    const { url } = captured('addons');
    expect(await intake.post(url, Buffer.alloc(1_001, ' '))).toMatchObject({ status: 503, retryAfter: '10' });
    expect(await intake.send(captured('addons'))).toMatchObject({ status: 200 });
    expect(await intake.everythingWritten()).not.toContain('pings cannot be accepted');
  });
});

describe('a sender that does not stop', () => {
  it('is told so and cut off', async () => {
    await start();
    const socket = connect(intake.port, '127.0.0.1');
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(2 ** 20), Buffer.from('\r\n')]);
    const answer = new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(String(bytes))));
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => {});
    socket.write(
      'POST /submit/firefox-desktop/newtab/1/x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const more = (): void => {
      while (socket.writable && socket.write(chunk));
    };
    socket.on('drain', more);
    more();
    expect(await answer).toMatch(/^HTTP\/1.1 413 /);
    await closed;
    expect(await intake.stored(REJECTED)).toMatchObject([
      { value: { code: 'too-large', documentType: 'other' } },
    ]);
  });
});

describe('a sender that goes away', () => {
  it('leaves nothing behind', async () => {
    await start();
    const socket = connect(intake.port, '127.0.0.1');
    const { url } = captured('main');
    socket.write(`POST ${url} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf`);
    while ((await intake.count('taar_intake_in_flight_pings')) < 1) await wait(1);
    socket.destroy();
    while ((await intake.count('taar_intake_in_flight_pings')) > 0) await wait(1);
    expect(await intake.send(captured('main'))).toMatchObject({ status: 200 });
    expect(await intake.stored(EVENTS)).toHaveLength(1);
  });
});

describe('raw client ids', () => {
  it('stand in no record, file, log line or metric, whether pings are good, wrong or refused', async () => {
    await start();
    const pings = [
      captured('main'),
      captured('addons'),
      captured('baseline'),
      legacyDeletion(),
      captured('deletion-request'),
    ];
    for (const ping of pings) expect(await intake.send(ping)).toMatchObject({ status: 200 });
    const wrong = changed(captured('main'), ['version'], LEGACY_ID);
    expect(await intake.send(wrong)).toMatchObject({ status: 400 });
    const torn = Buffer.from(`{"clientId": "${LEGACY_ID}"`);
    expect(await intake.post(captured('main').url, torn)).toMatchObject({ status: 400 });
    const { body } = captured('addons');
    const address = `/submit/firefox-desktop/addons/1/${GLEAN_ID}`;
    expect(await intake.post(address, packed(body))).toMatchObject({ status: 400 });
    const written = await intake.everythingWritten();
    expect(written).toContain(LEGACY_KEY);
    expect(written).toContain(GLEAN_KEY);
    for (const id of [LEGACY_ID, GLEAN_ID]) {
      expect(written.toLowerCase()).not.toContain(id);
      expect(written).not.toContain(Buffer.from(id, 'utf16le').toString('latin1'));
      expect(written).not.toContain(Buffer.from(id.replaceAll('-', ''), 'hex').toString('latin1'));
    }
  });
});
