import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PIONEER_GUID } from '../../../src/domain/add-on.ts';
import { coinstallToMap } from '../../../src/models/coinstall.ts';
import { encodeSnapshot } from '../../../src/models/encode-snapshot.ts';
import { COINSTALL_TRAINER, coinstallModel } from '../../../src/trainers/addons/coinstall.ts';
import {
  type TrainingAddon,
  TrainingProfilesBuilder,
} from '../../../src/trainers/addons/training-profiles.ts';
import { A, addon, B, C, contextOf } from './people.ts';

function pairs(clients: readonly (readonly TrainingAddon[])[], other = {}): string[] {
  return [...coinstallToMap(coinstallModel(contextOf(clients, other)))].flatMap(([guid, row]) =>
    [...row].map(([partner, count]) => `${guid[0]}${partner[0]}${count}`),
  );
}

describe('co-installation', () => {
  it('counts clients for each two add-ons, in both rows, guids ascending', () => {
    expect(
      pairs([
        [addon(C), addon(A)],
        [addon(A), addon(B), addon(C)],
      ]),
    ).toEqual(['ab1', 'ac2', 'ba1', 'bc1', 'ca2', 'cb1']);
  });

  it.each<[string, Partial<TrainingAddon>]>([
    ['system', { isSystem: true }],
    ['disabled by the application', { appDisabled: true }],
    ['disabled by the user', { userDisabled: true }],
    ['sideloaded', { foreignInstall: true }],
    ['a theme', { type: 'theme' }],
    ['of unknown type', { type: null }],
  ])('leaves out an add-on that is %s', (_what, flags) => {
    expect(pairs([[addon(A), addon(B), addon(C, flags)]])).toEqual(['ab1', 'ba1']);
  });

  it('lets unknown flags pass', () => {
    const unknown = { isSystem: null, appDisabled: null, userDisabled: null, foreignInstall: null };
    expect(pairs([[addon(A, unknown), addon(B, unknown)]])).toEqual(['ab1', 'ba1']);
  });

  it('leaves out Pioneer and what the catalogue does not know as a web extension', () => {
    const clients = [[addon(A), addon(PIONEER_GUID), addon('private@example.org'), addon(B)]];
    expect(pairs(clients, { webExtensions: new Set([A, B, PIONEER_GUID]) })).toEqual(['ab1', 'ba1']);
  });

  it('leaves out clients that are not trainable', () => {
    const builder = new TrainingProfilesBuilder();
    builder.add([addon(A), addon(B)], false);
    builder.add([addon(B), addon(C)], true);
    expect(pairs([], { profiles: builder.build() })).toEqual(['bc1', 'cb1']);
  });

  it('leaves out pairs that too few clients have, and add-ons left without a partner', () => {
    const clients = [
      [addon(A), addon(B)],
      [addon(A), addon(B)],
      [addon(B), addon(C)],
    ];
    const model = coinstallModel(contextOf(clients, { minPairCount: 2 }));
    expect(model.guids.toArray()).toEqual([A, B]);
    expect([...model.counts]).toEqual([2, 2]);
  });

  it('gives the same bytes in any order of clients and add-ons, and without a client that was never seen', () => {
    const client = fc.uniqueArray(fc.constantFrom('x', 'y', 'z', A, B, C), { maxLength: 6 });
    const webExtensions = new Set(['x', 'y', A, B, C]);
    fc.assert(
      fc.property(fc.array(client, { maxLength: 20 }), client, (clients, single) => {
        const bytes = (all: readonly (readonly string[])[]) =>
          encodeSnapshot(
            COINSTALL_TRAINER.kind.encode(
              coinstallModel(
                contextOf(
                  all.map((ids) => ids.map((id) => addon(id))),
                  { webExtensions },
                ),
              ),
            ),
          );
        const expected = bytes(clients);
        expect(bytes(clients.map((ids) => ids.toReversed()).reverse())).toEqual(expected);
        expect(bytes([...clients, []])).toEqual(expected);
        expect(bytes([single.slice(0, 1), ...clients])).toEqual(expected);
      }),
    );
  });
});

describe('the co-installation trainer', () => {
  it('refuses an empty catalogue and an empty input', () => {
    const one = contextOf([[addon(A), addon(B)]]);
    expect(COINSTALL_TRAINER.check(one).accepted).toBe(true);
    expect(COINSTALL_TRAINER.check({ ...one, webExtensions: new Set() }).accepted).toBe(false);
    expect(COINSTALL_TRAINER.check(contextOf([])).accepted).toBe(false);
  });

  it('refuses an empty model, and one that knows less than half of what the previous one knew', () => {
    const empty = coinstallModel(contextOf([[addon(A)]]));
    const two = coinstallModel(contextOf([[addon(A), addon(B)]]));
    expect(COINSTALL_TRAINER.accept(empty, undefined).accepted).toBe(false);
    expect(COINSTALL_TRAINER.accept(two, undefined).accepted).toBe(true);
    expect(COINSTALL_TRAINER.accept(two, new Map([['items', 4]])).accepted).toBe(true);
    expect(COINSTALL_TRAINER.accept(two, new Map([['items', 5]])).accepted).toBe(false);
  });
});
