import { describe, expect, it } from 'vitest';
import { CHANGED_KEYS_LIMIT, ChangedKeys } from '../../src/trainers/changed-keys.ts';
import { ErasureLedger, placeText } from '../../src/trainers/erasure-ledger.ts';

const at = (partition: number, offset: number) => ({ topic: 'addons.profile.changed.v1', partition, offset });

describe('the erasure ledger', () => {
  it('keeps the first place of every closed row of a request', () => {
    const ledger = new ErasureLedger();
    ledger.note('r1', 'key', at(0, 5));
    ledger.note('r1', 'key', at(0, 9));
    ledger.note('r1', 'alias', at(3, 2));
    ledger.note('r2', 'key', at(0, 9));
    const waiting = ledger.waiting().map(({ requestId, places }) => [requestId, ...places.map(placeText)]);
    expect(waiting).toEqual([
      ['r1', 'addons.profile.changed.v1/0/5', 'addons.profile.changed.v1/3/2'],
      ['r2', 'addons.profile.changed.v1/0/9'],
    ]);
  });

  it('remembers every version that could hold the client until the receipt is written', () => {
    const ledger = new ErasureLedger();
    ledger.note('r1', 'key', at(0, 5));
    ledger.noteHolders(() => ['m@1', 'm@2']);
    ledger.noteHolders(() => ['m@2']);
    expect(ledger.waiting().map(({ holders }) => [...holders])).toEqual([['m@1', 'm@2']]);
    ledger.close({ requestId: 'r1', places: [at(0, 5)] });
    expect(ledger.size).toBe(0);
  });
});

describe('a row that closes while the receipt is being written', () => {
  it('waits for one of its own, with the versions that could hold it', () => {
    const ledger = new ErasureLedger();
    ledger.note('r1', 'key', at(0, 5));
    ledger.noteHolders(() => ['m@1']);
    const [erasure] = ledger.waiting();
    ledger.note('r1', 'alias', at(3, 2));
    ledger.close(erasure ?? { requestId: '', places: [] });
    expect(ledger.waiting()).toEqual([{ requestId: 'r1', places: [at(3, 2)], holders: new Set() }]);
  });
});

describe('changed keys', () => {
  it('count once each, and not when a model has seen the change', () => {
    const changed = new ChangedKeys();
    changed.startFrom(new Map([[0, 10]]));
    changed.note(0, 'old', 9);
    changed.note(0, 'a', 10);
    changed.note(0, 'a', 11);
    changed.note(1, 'b', 0);
    expect(changed.count).toBe(2);
  });

  it('stay counted when they changed again after the next model', () => {
    const changed = new ChangedKeys();
    changed.note(0, 'a', 10);
    changed.note(0, 'b', 11);
    changed.note(0, 'a', 12);
    changed.startFrom(new Map([[0, 12]]));
    expect(changed.count).toBe(1);
    changed.startFrom(new Map([[0, 13]]));
    expect(changed.count).toBe(0);
  });

  it('are counted up to a limit', () => {
    const changed = new ChangedKeys();
    for (let i = 0; i <= CHANGED_KEYS_LIMIT; i++) changed.note(0, String(i), i);
    expect(changed.count).toBe(CHANGED_KEYS_LIMIT);
  });
});
