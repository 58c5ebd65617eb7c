import { describe, expect, it } from 'vitest';
import { InFlight } from '../../src/producers/in-flight.ts';

describe('what is in flight', () => {
  it('is bounded in pings', () => {
    const inFlight = new InFlight({ pings: 2, bytes: 1_000 });
    expect([inFlight.enter(1), inFlight.enter(1), inFlight.enter(1)]).toEqual([true, true, false]);
    inFlight.leave(1);
    expect(inFlight.pings).toBe(1);
    expect(inFlight.enter(1)).toBe(true);
  });

  it('is bounded in bytes', () => {
    const inFlight = new InFlight({ pings: 100, bytes: 1_000 });
    expect([inFlight.enter(600), inFlight.enter(401), inFlight.enter(400)]).toEqual([true, false, true]);
    inFlight.leave(600);
    expect(inFlight.enter(601)).toBe(false);
    expect(inFlight.enter(600)).toBe(true);
  });
});
