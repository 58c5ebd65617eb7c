import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/domain/client-key.ts';
import {
  CANARY_ID,
  type CapturedPing,
  captured,
  changed,
  decoded,
  LEGACY_ID,
  legacyDeletion,
  rejectionOf,
} from './captured-ping.ts';

const OTHER_DOCUMENT = '0b6d2f7e-4f5e-4c55-9a53-6f3b8f1f0a11';
const SCALARS = ['payload', 'processes', 'parent', 'scalars'];
const BOOKMARKS = ['payload', 'histograms', 'PLACES_BOOKMARKS_COUNT'];

function main(path: readonly string[], value: unknown): CapturedPing {
  return changed(captured('main'), path, value);
}

describe('a legacy main ping', () => {
  it('says add-ons, counters and facts of the browser that sent it', () => {
    const ping = decoded(captured('main'));
    expect(ping).toMatchObject({
      kind: 'observation',
      documentId: '6f2837fa-7d1a-41bf-9e26-1c23438e0ea1',
      createdAt: Date.parse('2026-11-22T22:47:18.484Z'),
      client: sha256Hex(LEGACY_ID),
      alias: null,
      counters: { subsessionSeconds: 1, bookmarks: null, tabOpens: null, uris: null, domains: null },
      facts: { locale: 'en-US', os: 'Linux', channel: 'esr' },
    });
    expect(ping).toHaveProperty('addons.length', 6);
    expect(ping).toHaveProperty('addons.0', {
      id: 'formautofill@mozilla.org',
      blocklisted: false,
      name: 'Form Autofill',
      userDisabled: false,
      appDisabled: false,
      version: '1.0.1',
      scope: 4,
      type: 'extension',
      foreignInstall: false,
      hasBinaryComponents: false,
      installDay: 0,
      updateDay: 0,
      signedState: null,
      isSystem: true,
      isWebExtension: true,
      multiprocessCompatible: true,
    });
  });

  it('may have neither environment nor payload', () => {
    const ping = changed(main(['environment'], undefined), ['payload'], undefined);
    expect(decoded(ping)).toMatchObject({ addons: null, facts: { locale: null, os: null, channel: 'esr' } });
  });

  it('speaks of add-ons also when it has none', () => {
    expect(decoded(main(['environment', 'addons', 'activeAddons'], {}))).toMatchObject({ addons: [] });
  });

  it('takes its channel from the address', () => {
    const ping = main(['application', 'channel'], 'nightly');
    expect(decoded(ping)).toMatchObject({ facts: { channel: 'esr' } });
  });

  it('counts what the scalars count, and nothing where they hold no whole number', () => {
    const ping = main(SCALARS, {
      'browser.engagement.tab_open_event_count': 35,
      'browser.engagement.total_uri_count': 'many',
      'browser.engagement.unique_domains_count': 1.5,
    });
    expect(decoded(ping)).toMatchObject({ counters: { tabOpens: 35, uris: null, domains: null } });
  });

  it.each([
    ['the mean, rounded down', { sum: 2084, values: { 600: 3, 8000: 0 } }, 694],
    ['0 for a sum of 0', { sum: 0, values: {} }, 0],
    ['nothing for a negative sum', { sum: -1, values: { 1: 1 } }, null],
    ['nothing without a sum', { values: { 1: 1 } }, null],
    ['nothing without values', { sum: 5, values: { 1: 0 } }, null],
    ['nothing without a histogram', undefined, null],
  ])('counts bookmarks: %s', (_what, histogram, bookmarks) => {
    expect(decoded(main(BOOKMARKS, histogram))).toMatchObject({ counters: { bookmarks } });
  });

  it('is dropped when its id means nobody', () => {
    expect(decoded(main(['clientId'], CANARY_ID))).toEqual({ kind: 'nobody' });
  });

  it.each([
    ['no client id', 'client-id-invalid', ['clientId'], undefined],
    ['an upper-case client id', 'client-id-invalid', ['clientId'], LEGACY_ID.toUpperCase()],
    ['no type', 'type-mismatch', ['type'], undefined],
    ['another type', 'type-mismatch', ['type'], 'event'],
    ['version 3', 'version-unsupported', ['version'], 3],
    ['version "4"', 'version-unsupported', ['version'], '4'],
    ['another document id', 'document-id-invalid', ['id'], OTHER_DOCUMENT],
    ['no document id', 'document-id-invalid', ['id'], undefined],
    ['a creation date in words', 'created-at-invalid', ['creationDate'], 'yesterday'],
    ['a creation date that never was', 'created-at-invalid', ['creationDate'], '2026-02-31T00:00:00.000Z'],
    ['a creation date without milliseconds', 'created-at-invalid', ['creationDate'], '2026-11-22T22:47:18Z'],
    ['no application', 'wrong-shape', ['application'], undefined],
    ['half an application', 'wrong-shape', ['application', 'vendor'], undefined],
    ['half an environment', 'wrong-shape', ['environment', 'settings'], undefined],
    ['a locale that is a number', 'wrong-shape', ['environment', 'settings', 'locale'], 5],
    ['a negative subsession', 'wrong-shape', ['payload', 'info', 'subsessionLength'], -1],
    ['bookmarks in words', 'wrong-shape', BOOKMARKS, { sum: 3, values: { 1: 'three' } }],
    ['add-ons in a list', 'wrong-shape', ['environment', 'addons', 'activeAddons'], []],
  ])('is refused with %s', (_what, code, path, value) => {
    expect(rejectionOf(main(path, value))).toBe(code);
  });

  it('is refused when its document id is the id of the client, which must not be kept', () => {
    const { url, ...ping } = main(['id'], LEGACY_ID);
    const address = url.replace(/telemetry\/[^/]*/, `telemetry/${LEGACY_ID}`);
    expect(rejectionOf({ ...ping, url: address })).toBe('document-id-invalid');
  });
});

describe('a legacy new-profile ping', () => {
  it('says add-ons and facts, and counts nothing', () => {
    const ping = decoded(captured('new-profile'));
    expect(ping).toMatchObject({ counters: null, facts: { locale: 'en-US', os: 'Linux', channel: 'esr' } });
    expect(ping).toHaveProperty('addons.length', 6);
  });
});

describe('a legacy deletion-request', () => {
  it('asks for the deletion of its one client', () => {
    expect(decoded(legacyDeletion())).toEqual({
      kind: 'deletion',
      createdAt: Date.parse('2026-11-22T22:47:19.179Z'),
      clients: [sha256Hex(LEGACY_ID)],
    });
  });

  it('is refused without a client id', () => {
    expect(rejectionOf(changed(legacyDeletion(), ['clientId'], undefined))).toBe('client-id-invalid');
  });
});
