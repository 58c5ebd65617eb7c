import { addonClient } from '../../src/consumers/addon-client/addon-client.ts';
import type { ClientEvent } from '../../src/domain/client-event.ts';
import type { ClientKey } from '../../src/domain/client-key.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { uniformsOf } from '../../src/domain/random.ts';

/** An event under the key that it is for. */
export interface Addressed {
  readonly key: ClientKey;
  readonly event: ClientEvent;
}

/** A state without the one field that may depend on the order of things. */
export type TimelessState = Omit<Profile, 'changedAt'>;

/** A reduction may cause others, but never without end. */
const MAX_REDUCTIONS = 100_000;

/**
 * The aggregate of a whole population without a log: one queue a key, emitted events at the end of the queue of
 * theirs, and which key comes next is drawn. All that differs between two runs is the interleaving.
 */
export class ClientSimulation {
  readonly states = new Map<string, Profile>();
  readonly #queues = new Map<string, ClientEvent[]>();
  #streamTime = 0;

  send(events: readonly Addressed[]): void {
    for (const { key, event } of events) this.#queueOf(key).push(event);
  }

  /** Delivers until nothing is left. */
  run(seed: number): void {
    const draw = uniformsOf(seed, 'interleaving', 'keys');
    for (let n = 0; n < MAX_REDUCTIONS; n++) {
      const waiting = [...this.#queues.keys()].filter((key) => this.#queueOf(key).length > 0);
      const key = waiting[Math.floor(draw(n) * waiting.length)];
      if (key === undefined) return;
      this.#deliver(key);
    }
    throw new Error(`${MAX_REDUCTIONS} reductions, and still events in the queues`);
  }

  /** The states by key, without `changedAt`. */
  timeless(): Record<string, TimelessState> {
    const keys = [...this.states.keys()].sort();
    return Object.fromEntries(keys.map((key) => [key, this.#timelessOf(key)]));
  }

  #timelessOf(key: string): TimelessState {
    const { changedAt: _, ...state } = this.states.get(key) as Profile;
    return state;
  }

  #deliver(key: string): void {
    const event = this.#queueOf(key).shift();
    if (event === undefined) return;
    this.#streamTime = Math.max(this.#streamTime, event.submittedAt);
    const { state, emit } = addonClient.reduce(key, this.states.get(key), event, this.#streamTime);
    if (state !== undefined) this.states.set(key, state);
    for (const emitted of emit) this.#queueOf(emitted.key).push(emitted.value as ClientEvent);
  }

  #queueOf(key: string): ClientEvent[] {
    const queue = this.#queues.get(key) ?? [];
    this.#queues.set(key, queue);
    return queue;
  }
}

/** The final states of one delivery of some events. */
export function statesAfter(events: readonly Addressed[], seed: number): Record<string, TimelessState> {
  const simulation = new ClientSimulation();
  simulation.send(events);
  simulation.run(seed);
  return simulation.timeless();
}
