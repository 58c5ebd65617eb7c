import { describe, expect, it } from 'vitest';
import { StateCache } from '../../src/views/state-cache.ts';

function sized(state: string, encodedBytes = 100) {
  return { state, encodedBytes };
}

describe('the cache of states', () => {
  it('stays within its bytes and drops what was not used for longest', () => {
    const one = new StateCache<string>();
    one.put('a', sized('a'));
    const room = new StateCache<string>(3 * one.bytes);
    for (const key of ['a', 'b', 'c']) room.put(key, sized(key));
    room.get('a');
    room.put('d', sized('d'));
    expect(['a', 'b', 'c', 'd'].map((key) => room.get(key))).toEqual(['a', undefined, 'c', 'd']);
    expect(room.bytes).toBe(3 * one.bytes);
    for (let i = 0; i < 10_000; i++) {
      room.put(`${i}`, sized('x', i % 300));
      expect(room.bytes).toBeLessThanOrEqual(3 * one.bytes);
    }
  });

  it('keeps none that is larger than all of it, nor what such a one replaces', () => {
    const cache = new StateCache<string>(5_000);
    cache.put('a', sized('small'));
    cache.put('a', sized('large', 5_000));
    expect(cache.get('a')).toBeUndefined();
    expect(cache.bytes).toBe(0);
  });

  it('counts each entry once, whatever is put and removed', () => {
    const cache = new StateCache<string>();
    cache.put('a', sized('1', 10));
    cache.put('a', sized('2', 500));
    cache.put('b', sized('3', 20));
    cache.remove('a');
    cache.remove('a');
    cache.remove('b');
    expect(cache.bytes).toBe(0);
    cache.put('c', sized('4'));
    cache.clear();
    expect([cache.bytes, cache.get('c')]).toEqual([0, undefined]);
  });
});
