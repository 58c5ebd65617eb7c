import { describe, expect, it } from 'vitest';
import { type CapturedPing, captured, changed, GLEAN_ID, LEGACY_ID, rejectionOf } from './captured-ping.ts';

const ADDONS = ['environment', 'addons', 'activeAddons'];
const OTHER_ID = '446900e4-71c2-419f-a6a7-df9c091e268b';

function mainOn(channel: string): CapturedPing {
  const ping = captured('main');
  return { ...ping, url: ping.url.replace('/esr/', `/${channel}/`) };
}

describe('the id of a client', () => {
  it.each<[string, CapturedPing]>([
    ['as the id of an add-on', changed(captured('main'), ADDONS, { [`{${LEGACY_ID}}`]: {} })],
    ['in a name', changed(captured('main'), ADDONS, { 'a@b': { name: `Theme of ${LEGACY_ID}` } })],
    ['as a version', changed(captured('main'), ADDONS, { 'a@b': { version: LEGACY_ID.toUpperCase() } })],
    ['as the channel', mainOn(LEGACY_ID)],
    ['as the locale', changed(captured('baseline'), ['client_info', 'locale'], GLEAN_ID)],
    ['as the system, by its other id', changed(captured('baseline'), ['client_info', 'os'], LEGACY_ID)],
  ])('does not get into the log %s', (_where, ping) => {
    expect(rejectionOf(ping)).toBe('client-id-exposed');
  });

  it('is not mistaken for another, which many add-ons have', () => {
    expect(rejectionOf(changed(captured('main'), ADDONS, { [`{${OTHER_ID}}`]: {} }))).toBeUndefined();
    for (const name of ['main', 'new-profile', 'addons', 'baseline'] as const) {
      expect(rejectionOf(captured(name))).toBeUndefined();
    }
  });
});
