import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/domain/client-key.ts';
import {
  CANARY_ID,
  type CapturedName,
  type CapturedPing,
  captured,
  changed,
  decoded,
  GLEAN_ID,
  LEGACY_ID,
  rejectionOf,
  ZERO_ID,
} from './captured-ping.ts';

const GLEAN = sha256Hex(GLEAN_ID);
const LEGACY = sha256Hex(LEGACY_ID);

const ADDONS = ['metrics', 'object', 'addons.active_addons'];
const END_TIME = ['ping_info', 'end_time'];

function glean(name: CapturedName, path: readonly string[], value: unknown): CapturedPing {
  return changed(captured(name), path, value);
}

function withLegacyId(name: CapturedName, id: unknown): CapturedPing {
  return glean(name, ['metrics', 'uuid', 'legacy.telemetry.client_id'], id);
}

function withGleanId(ping: CapturedPing, id: unknown): CapturedPing {
  return changed(ping, ['client_info', 'client_id'], id);
}

describe('a Glean addons ping', () => {
  it('says add-ons and facts under the one id that it has', () => {
    const ping = decoded(captured('addons'));
    expect(ping).toMatchObject({
      kind: 'observation',
      documentId: 'a8e53f0f-8349-42e4-8851-a57118acbb8b',
      createdAt: Date.parse('2026-11-22T22:47:19.360Z'),
      client: GLEAN,
      alias: null,
      counters: null,
      facts: { locale: 'en-US', os: 'Linux', channel: 'esr' },
    });
    expect(ping).toHaveProperty('addons.length', 6);
    expect(ping).toHaveProperty('addons.1.id', 'ipp-activator@mozilla.com');
    expect(ping).toHaveProperty('addons.1.type', 'extension');
    expect(ping).not.toHaveProperty('addons.1.addonType');
  });

  it('does not speak of add-ons when the metric is not set', () => {
    expect(decoded(glean('addons', ADDONS, undefined))).toMatchObject({ addons: null });
  });

  it('calls Windows as legacy telemetry does, and an unknown locale nothing', () => {
    const ping = glean('addons', ['client_info', 'os'], 'Windows');
    expect(decoded(ping)).toMatchObject({ facts: { os: 'Windows_NT', locale: 'en-US' } });
    const lost = changed(ping, ['client_info', 'locale'], 'und');
    expect(decoded(lost)).toMatchObject({ facts: { os: 'Windows_NT', locale: null } });
  });

  it.each([
    ['2026-11-22T22:47+00:00', '2026-11-22T22:47:00.000Z'],
    ['2026-11-22T22:47:19-05:30', '2026-11-23T04:17:19.000Z'],
    ['2026-11-22T22:47:19.123456789+00:00', '2026-11-22T22:47:19.123Z'],
    ['2026-11-22T22:47Z', '2026-11-22T22:47:00.000Z'],
  ])('reads the time %s', (text, time) => {
    expect(decoded(glean('addons', END_TIME, text))).toMatchObject({ createdAt: Date.parse(time) });
  });

  it.each([
    ['no client_info', 'wrong-shape', ['client_info'], undefined],
    ['no client id', 'client-id-invalid', ['client_info', 'client_id'], undefined],
    ['no ping_info', 'wrong-shape', ['ping_info'], undefined],
    ['no end time', 'created-at-invalid', END_TIME, undefined],
    ['a time without an offset', 'created-at-invalid', END_TIME, '2026-11-22T22:47'],
    ['month 13', 'created-at-invalid', END_TIME, '2026-13-22T22:47Z'],
    ['add-ons in an object', 'wrong-shape', ADDONS, {}],
    ['an add-on that is text', 'addon-invalid', ADDONS, ['x']],
    ['metrics in a list', 'wrong-shape', ['metrics'], []],
  ])('is refused with %s', (_what, code, path, value) => {
    expect(rejectionOf(glean('addons', path, value))).toBe(code);
  });

  it('is refused when the document id is no UUID, or an id of the browser', () => {
    const url = (id: string) => `/submit/firefox-desktop/addons/1/${id}`;
    const { body } = captured('addons');
    expect(rejectionOf({ url: url('seven'), body })).toBe('document-id-invalid');
    expect(rejectionOf({ url: url(GLEAN_ID), body })).toBe('document-id-invalid');
    expect(rejectionOf({ url: url(GLEAN_ID.toUpperCase()), body })).toBe('document-id-invalid');
    expect(rejectionOf({ url: url(LEGACY_ID), body: captured('baseline').body })).toBe('document-id-invalid');
  });
});

describe('a Glean ping with both ids', () => {
  it('belongs to the legacy one, and the other becomes an alias', () => {
    expect(decoded(captured('baseline'))).toMatchObject({ client: LEGACY, alias: GLEAN, addons: null });
    expect(decoded(withLegacyId('addons', LEGACY_ID))).toMatchObject({ client: LEGACY, alias: GLEAN });
  });

  it.each([CANARY_ID, ZERO_ID, null])('is not linked when the legacy one is %s', (id) => {
    expect(decoded(withLegacyId('baseline', id))).toMatchObject({ client: GLEAN, alias: null });
  });

  it('is not linked to itself', () => {
    expect(decoded(withLegacyId('baseline', GLEAN_ID))).toMatchObject({ client: GLEAN, alias: null });
  });

  it('is dropped when the Glean one means nobody', () => {
    const ping = withGleanId(captured('baseline'), CANARY_ID);
    expect(decoded(ping)).toEqual({ kind: 'nobody' });
  });

  it('is refused when the legacy one is no id', () => {
    expect(rejectionOf(withLegacyId('baseline', LEGACY_ID.toUpperCase()))).toBe('client-id-invalid');
  });
});

describe('a Glean deletion-request', () => {
  const createdAt = Date.parse('2026-11-22T22:49:53.909Z');

  it('asks for the deletion of the id that it has', () => {
    expect(decoded(captured('deletion-request'))).toEqual({ kind: 'deletion', createdAt, clients: [GLEAN] });
  });

  it('asks for both when it has both', () => {
    const clients = [GLEAN, LEGACY];
    expect(decoded(withLegacyId('deletion-request', LEGACY_ID))).toEqual({
      kind: 'deletion',
      createdAt,
      clients,
    });
  });

  it('still asks for the legacy one when the other means nobody', () => {
    const ping = withGleanId(withLegacyId('deletion-request', LEGACY_ID), CANARY_ID);
    expect(decoded(ping)).toEqual({ kind: 'deletion', createdAt, clients: [LEGACY] });
  });

  it('asks for nothing when both mean nobody', () => {
    const ping = withGleanId(withLegacyId('deletion-request', ZERO_ID), CANARY_ID);
    expect(decoded(ping)).toEqual({ kind: 'nobody' });
  });
});
