import { describe, expect, it } from 'vitest';
import { rankingToMap } from '../../../src/models/ranking.ts';
import { RANKING_TRAINER, rankingModel } from '../../../src/trainers/addons/ranking.ts';
import { TrainingProfilesBuilder } from '../../../src/trainers/addons/training-profiles.ts';
import { A, addon, B, C, contextOf } from './people.ts';

describe('install ranking', () => {
  it('counts every add-on of every client, guids ascending by code point', () => {
    const builder = new TrainingProfilesBuilder();
    builder.add([addon('\u{1f600}@x'), addon(A, { isSystem: true }), addon('\uffee@x')], false);
    builder.add([addon(A, { userDisabled: true, type: 'theme' }), addon('private@example.org')], true);
    expect([...rankingToMap(rankingModel(builder.build()))]).toEqual([
      [A, 2],
      ['private@example.org', 1],
      ['\uffee@x', 1],
      ['\u{1f600}@x', 1],
    ]);
  });

  it('knows the add-ons of a client that does not count, with 0', () => {
    const builder = new TrainingProfilesBuilder();
    builder.add([addon(A), addon(B)], false, false);
    builder.add([addon(B), addon(C)], false);
    expect([...rankingToMap(rankingModel(builder.build()))]).toEqual([
      [A, 0],
      [B, 1],
      [C, 1],
    ]);
  });

  it('does not depend on the order of clients', () => {
    const clients = [[addon(C), addon(A)], [addon(B)], [addon(A), addon(B)]];
    const model = rankingModel(contextOf(clients).profiles);
    expect(rankingModel(contextOf(clients.toReversed()).profiles)).toEqual(model);
    expect(RANKING_TRAINER.measure(model)).toEqual([
      { name: 'items', value: 3 },
      { name: 'installs', value: 5 },
    ]);
  });

  it('refuses an empty input, an empty model and a shrunken one', () => {
    expect(RANKING_TRAINER.check(contextOf([])).accepted).toBe(false);
    expect(RANKING_TRAINER.accept(rankingModel(contextOf([[]]).profiles), undefined).accepted).toBe(false);
    const one = rankingModel(contextOf([[addon(A)]]).profiles);
    expect(RANKING_TRAINER.accept(one, new Map([['items', 2]])).accepted).toBe(true);
    expect(RANKING_TRAINER.accept(one, new Map([['items', 3]])).accepted).toBe(false);
  });
});
