import { describe, expect, it } from 'vitest';
import { InFlight } from '../../src/producers/in-flight.ts';

const OVERLOADED = expect.objectContaining({ code: 'intake-overloaded', disposition: 'retry' });

describe('what is in flight', () => {
  it('is bounded in pings whose bodies have come', () => {
    const inFlight = new InFlight({ pings: 2, bytes: 1_000 });
    const [first, second, third] = [inFlight.begin(), inFlight.begin(), inFlight.begin()];
    expect(inFlight.pings).toBe(3);
    first.complete();
    second.complete();
    expect(() => third.complete()).toThrow(OVERLOADED);
    third.end();
    first.end();
    expect(inFlight.pings).toBe(1);
    const fourth = inFlight.begin();
    expect(() => fourth.complete()).not.toThrow();
    expect(() => inFlight.begin().complete()).toThrow(OVERLOADED);
  });

  it('is bounded in bytes that have come', () => {
    const inFlight = new InFlight({ pings: 100, bytes: 1_000 });
    const [first, second] = [inFlight.begin(), inFlight.begin()];
    first.keep(300);
    first.keep(300);
    expect(() => second.keep(401)).toThrow(OVERLOADED);
    second.keep(400);
    first.end();
    expect(() => second.keep(601)).toThrow(OVERLOADED);
    second.keep(600);
    second.end();
    expect(() => inFlight.begin().keep(1_000)).not.toThrow();
  });
});
