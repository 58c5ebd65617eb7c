import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TaarError } from '../../../src/domain/errors.ts';
import { Positions } from '../../../src/views/bigtable/positions.ts';
import type { RowMutation } from '../../../src/views/bigtable/table-connection.ts';
import { positionMutation } from '../../../src/views/bigtable/table-layout.ts';

describe('the positions that a process has reached', () => {
  let sent: (readonly RowMutation[])[];
  let failure: Error | undefined;
  let positions: Positions;
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    sent = [];
    failure = undefined;
    positions = new Positions(send);
  });

  async function send(mutations: readonly RowMutation[]): Promise<void> {
    sent.push(mutations);
    if (failure !== undefined) throw failure;
  }

  it('are saved along with the next rows, and then not again', async () => {
    positions.reach(0, 5);
    positions.reach(1, 7);
    positions.reach(0, 6);
    await positions.sendWith(send);
    await positions.sendWith(send);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent).toEqual([[positionMutation(0, 6), positionMutation(1, 7)], []]);
  });

  it('are saved by themselves a little later', async () => {
    positions.reach(0, 5);
    await vi.advanceTimersByTimeAsync(50);
    positions.reach(1, 7);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(60);
    expect(sent).toEqual([[positionMutation(0, 5), positionMutation(1, 7)]]);
    positions.reach(0, 8);
    await vi.advanceTimersByTimeAsync(110);
    expect(sent.slice(1)).toEqual([[positionMutation(0, 8)]]);
  });

  it('stay to be saved when that fails for now', async () => {
    failure = new TaarError('view-unavailable', 'retry', 'not now');
    positions.reach(0, 5);
    await expect(positions.sendWith(send)).rejects.toBe(failure);
    await vi.advanceTimersByTimeAsync(110);
    failure = undefined;
    await vi.advanceTimersByTimeAsync(110);
    expect(sent).toEqual(Array(3).fill([positionMutation(0, 5)]));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent).toHaveLength(3);
  });

  it('are saved at the end, and a failure then changes nothing', async () => {
    positions.reach(0, 5);
    await positions.close();
    expect(sent).toEqual([[positionMutation(0, 5)]]);
    failure = new TaarError('view-unavailable', 'retry', 'not now');
    positions.reach(0, 6);
    await positions.close();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent).toHaveLength(2);
  });

  it('are the furthest of what is known here and what the table tells', () => {
    expect(positions.reached(0)).toBeUndefined();
    expect(positions.found(0, 3)).toBe(3);
    positions.reach(0, 9);
    expect(positions.found(0, 3)).toBe(9);
    expect(positions.found(0, 12)).toBe(12);
    expect(positions.reached(0)).toBe(12);
  });
});
