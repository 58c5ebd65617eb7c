import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDay, LAST_DAY } from '../../src/domain/clock.ts';
import {
  addonsById,
  addonsInList,
  MAX_ADDON_ID_CHARS,
  MAX_ADDON_NAME_CHARS,
  MAX_ADDON_TEXT_CHARS,
  MAX_ADDONS_PER_PING,
} from '../../src/producers/addon-fields.ts';
import { PingRejection } from '../../src/producers/ping-rejection.ts';

function only(fields: Readonly<Record<string, unknown>>): unknown {
  return addonsById({ 'a@b': fields })?.[0];
}

describe('the fields of an add-on', () => {
  it('may all be absent or null', () => {
    const unknown = Object.fromEntries(Object.keys(only({}) as object).map((field) => [field, null]));
    expect(only({})).toEqual({ ...unknown, id: 'a@b' });
    expect(only(unknown)).toEqual(only({}));
    expect(Object.keys(unknown)).toHaveLength(16);
  });

  it.each([
    ['a number as version', { version: 3 }, { version: '3' }],
    [
      'a flag as number 0',
      { userDisabled: 0, foreignInstall: 0 },
      { userDisabled: false, foreignInstall: false },
    ],
    [
      'a flag as another number',
      { userDisabled: 1, foreignInstall: 2 },
      { userDisabled: true, foreignInstall: true },
    ],
    ['a long name, cut', { name: 'n'.repeat(300) }, { name: 'n'.repeat(MAX_ADDON_NAME_CHARS) }],
    ['a negative signed state', { signedState: -1 }, { signedState: -1 }],
  ])('take %s', (_what, fields, found) => {
    expect(only(fields)).toMatchObject(found);
  });

  it.each([
    ['an object as version', { version: {} }],
    ['a long version', { version: '1'.repeat(MAX_ADDON_TEXT_CHARS + 1) }],
    ['a number as name', { name: 1 }],
    ['a number as a plain flag', { blocklisted: 1 }],
    ['text as a flag', { userDisabled: 'yes' }],
    ['a fraction as a flag', { foreignInstall: 0.5 }],
    ['a negative install day', { installDay: -3 }],
    ['a negative update day', { updateDay: -1 }],
    ['an install day that no date has', { installDay: LAST_DAY + 1 }],
    ['an update day that no date has', { updateDay: LAST_DAY + 1 }],
    ['a fraction as scope', { scope: 1.5 }],
    ['a scope that no record can hold', { scope: Number.MAX_SAFE_INTEGER }],
    ['a signed state that no record can hold', { signedState: Number.MIN_SAFE_INTEGER }],
    ['a number beyond whole numbers', { signedState: 1e300 }],
    ['a list as type', { type: [] }],
  ])('refuse %s', (_what, fields) => {
    expect(() => only(fields)).toThrow(expect.objectContaining({ code: 'addon-invalid' }));
  });

  it('may name the last day that can be shown to the person', () => {
    expect(only({ installDay: LAST_DAY })).toMatchObject({ installDay: LAST_DAY });
    expect(() => isoDay(LAST_DAY)).not.toThrow();
    expect(() => isoDay(LAST_DAY + 1)).toThrow(RangeError);
  });

  it('never leave half a character of a cut name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: MAX_ADDON_NAME_CHARS }), (name) => {
        const found = only({ name }) as { name: string };
        expect(found.name.isWellFormed()).toBe(true);
        expect(found.name.length).toBeLessThanOrEqual(MAX_ADDON_NAME_CHARS);
      }),
    );
  });
});

describe('the add-ons of a ping', () => {
  it('must have ids of bearable length', () => {
    expect(() => addonsById({ ['x'.repeat(MAX_ADDON_ID_CHARS + 1)]: {} })).toThrow(PingRejection);
    expect(() => addonsById({ '': {} })).toThrow(PingRejection);
    expect(() => addonsInList([{ name: 'no id' }])).toThrow(PingRejection);
    expect(addonsById({ ['x'.repeat(MAX_ADDON_ID_CHARS)]: {} })).toHaveLength(1);
  });

  it('are not more than anybody has', () => {
    const list = Array.from({ length: MAX_ADDONS_PER_PING + 1 }, (_, i) => ({ id: `a${i}` }));
    expect(addonsInList(list.slice(1))).toHaveLength(MAX_ADDONS_PER_PING);
    expect(() => addonsInList(list)).toThrow(expect.objectContaining({ code: 'too-many-addons' }));
  });

  it('count once when a list says one twice, as last said', () => {
    const addons = addonsInList([{ id: 'a', version: '1' }, { id: 'b' }, { id: 'a', version: '2' }]);
    expect(addons?.map(({ id, version }) => [id, version])).toEqual([
      ['a', '2'],
      ['b', null],
    ]);
  });

  it('may have the names that objects inherit', () => {
    const addons = addonsById(JSON.parse('{"__proto__": {"version": "1"}, "constructor": {}}'));
    expect(addons?.map(({ id, version }) => [id, version])).toEqual([
      ['__proto__', '1'],
      ['constructor', null],
    ]);
  });
});
