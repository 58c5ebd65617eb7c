import { describe, expect, it } from 'vitest';
import { platformOf, runsOn } from '../../src/domain/platform.ts';

describe('the platform of a request', () => {
  it.each([
    ['WOW64', 'windows'],
    ['WINNT', 'windows'],
    ['Windows_NT', 'windows'],
    ['Darwin', 'mac'],
    ['MacIntel', 'mac'],
    ['Linux', 'linux'],
    ['X11; Linux x86_64', 'linux'],
    ['android', 'android'],
    ['Linux; Android 14', 'android'],
    ['', undefined],
    ['Plan 9', undefined],
    [undefined, undefined],
  ])('%s means %s', (text, platform) => {
    expect(platformOf(text)).toBe(platform);
  });
});

describe('an add-on runs', () => {
  it('everywhere if it is for all, on every desktop if it is for Firefox, else where it says', () => {
    const where = (platforms: readonly string[]) =>
      (['android', 'windows', 'mac', 'linux'] as const).filter((platform) => runsOn(platforms, platform));
    expect(where(['all'])).toEqual(['android', 'windows', 'mac', 'linux']);
    expect(where(['firefox'])).toEqual(['windows', 'mac', 'linux']);
    expect(where(['android'])).toEqual(['android']);
    expect(where(['linux', 'mac'])).toEqual(['mac', 'linux']);
  });
});
