import { describe, expect, it } from 'vitest';
import { COINSTALL } from '../../../../src/models/coinstall.ts';
import { encodeSnapshot } from '../../../../src/models/encode-snapshot.ts';
import { openSnapshot } from '../../../../src/models/open-snapshot.ts';
import { StringTable } from '../../../../src/models/string-table.ts';
import { prepare } from '../../../../src/serving/addons/prepare.ts';
import { addonsRuntime } from '../../../../src/serving/addons/runtime.ts';
import { TaarliteAnswers } from '../../../../src/serving/addons/taarlite/answers.ts';
import { MODES } from '../../../../src/serving/addons/taarlite/mode.ts';
import { viewTaarliteIndex } from '../../../../src/serving/addons/taarlite/taarlite-index.ts';
import { type LiteArtifacts, liteMembers, litePrepared, liteRuntime } from '../../taarlite-models.ts';

const FIVE: LiteArtifacts = {
  coinstall: { x: { a: 5, b: 4, c: 3, d: 2, é: 1 }, few: { a: 1, b: 1, c: 1 } },
  ranking: { a: 1, b: 1, c: 1, d: 1 },
};

describe('answers of TAARlite', () => {
  it('are as many as wanted or none, and say why', () => {
    const { taarlite } = liteRuntime(FIVE);
    expect(taarlite.answer('x', 'none')).toEqual({
      body: '{"results": ["a", "b", "c", "d"]}',
      path: 'item',
      items: ['a', 'b', 'c', 'd'].map((guid, i) => expect.objectContaining({ guid, score: 5 - i })),
    });
    expect(taarlite.answer('few')).toEqual({ body: '{"results": []}', path: 'empty:too-few', items: [] });
    expect(taarlite.answer('nobody').path).toBe('empty:unknown-guid');
    for (const mode of ['', 'None', 'rownorm_sum ', 'toString', '__proto__']) {
      expect(taarlite.answer('x', mode)).toEqual({
        body: '{"results": []}',
        path: 'empty:unknown-mode',
        items: [],
      });
    }
  });

  it('follow the configured number and cut', () => {
    expect(liteRuntime(FIVE, 5).taarlite.answer('x', 'none').body).toBe(
      '{"results": ["a", "b", "c", "d", "\\u00e9"]}',
    );
    expect(liteRuntime(FIVE, 4, 3).taarlite.answer('x').path).toBe('empty:too-few');
  });

  it('are the same when asked again, in every mode', () => {
    const { taarlite } = liteRuntime(FIVE);
    const first = MODES.map((mode) => taarlite.answer('x', mode));
    expect(MODES.map((mode) => taarlite.answer('x', mode))).toEqual(first);
    expect(taarlite.answer('x')).toEqual(taarlite.answer('x', 'rownorm_sum'));
  });
});

describe('a model set on its way to requests', () => {
  it('gives no answers of TAARlite without one of its two models', () => {
    for (const missing of ['coinstall', 'ranking'] as const) {
      const members = new Map(liteMembers(FIVE));
      members.delete(missing);
      const prepared = openSnapshot(encodeSnapshot(prepare(members)), { verify: true });
      const runtime = addonsRuntime({ maxResults: 4, truncate: 20 });
      const models = runtime.attach(members, prepared);
      expect(models.taarlite).toBeUndefined();
      expect(() => runtime.warmUp(models)).not.toThrow();
    }
  });

  it('is refused with a broken model', () => {
    const outOfRange = COINSTALL.encode({
      guids: StringTable.of(['x']),
      rowStarts: Uint32Array.of(0, 1),
      partners: Uint32Array.of(7),
      counts: Uint32Array.of(1),
    });
    const broken = new Map(liteMembers(FIVE)).set(
      'coinstall',
      openSnapshot(encodeSnapshot(outOfRange), { verify: true }),
    );
    expect(() => prepare(broken)).toThrow(/coinstall model is broken/);
  });

  it('serves without a single add-on', () => {
    const { taarlite } = liteRuntime({ coinstall: {}, ranking: {} });
    taarlite.warmUp();
    expect(taarlite.answer('x').path).toBe('empty:unknown-guid');
  });

  it('is exercised before it serves, and refused where it does not find its own add-ons', () => {
    const runtime = addonsRuntime({ maxResults: 4, truncate: 20 });
    const healthy = runtime.attach(liteMembers(FIVE), litePrepared(FIVE));
    expect(() => runtime.warmUp(healthy)).not.toThrow();
    const index = viewTaarliteIndex(litePrepared(FIVE));
    const other = viewTaarliteIndex(litePrepared({ coinstall: { y: { z: 1 } }, ranking: {} }));
    const broken = new TaarliteAnswers({ ...index, numbers: other.numbers }, { maxResults: 4, truncate: 20 });
    expect(() => broken.warmUp()).toThrow(/does not find its add-on/);
  });
});
