import { describe, expect, it } from 'vitest';
import { FewAtOnce } from '../../src/log/few-at-once.ts';

describe('few at once', () => {
  it('refuses what would be one too many, and makes room when work ends or fails', async () => {
    const few = new FewAtOnce(1, () => new Error('too many'));
    const first = Promise.withResolvers<string>();
    const running = few.run(() => first.promise);
    await expect(few.run(async () => 'second')).rejects.toThrow('too many');
    first.resolve('first');
    expect(await running).toBe('first');
    await expect(few.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await few.run(async () => 'third')).toBe('third');
  });
});
