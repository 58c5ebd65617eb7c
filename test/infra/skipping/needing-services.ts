import { describe, expect, it } from 'vitest';
import { describeWith, describeWithOwn, kafkaBrokers } from '../services.ts';

describeWith('kafka', 'on the shared broker', () => {
  const brokers = kafkaBrokers();
  it('has an address', () => expect(brokers).toBe('broker.invalid:9092'));
  describe('deeper', () => {
    it('has it there too', () => expect(kafkaBrokers()).toBe('broker.invalid:9092'));
  });
});

describeWithOwn('bigtable', 'on an emulator of its own', () => {
  it('is never reached where there is none', () => expect.unreachable());
});
