import { setImmediate } from 'node:timers/promises';
import type { Component } from '../../ops/lifecycle.ts';
import type { AnswerFeedback } from './answer-feedback.ts';
import type { ServedAnswer } from './served-answer.ts';

export interface CountingLimits {
  /** Equal answers of so long make one record; a process that is killed loses them. */
  readonly everyMs: number;
  /** With so many different ones they are written at once: counting must not fill memory. */
  readonly different: number;
  /** Written in one go: encoding more would hold up answers for milliseconds. */
  readonly inOneGo: number;
}

export const COUNTING_LIMITS: CountingLimits = { everyMs: 1_000, different: 20_000, inOneGo: 200 };

/**
 * Leaves the records of answers that name nobody and show no token: nothing tells two equal ones apart, so those of a
 * second are one record that says how many there were. A record of each would cost several times what they do.
 */
export class CountedAnswers implements Component {
  readonly name = 'counts of equal answers';
  readonly #feedback: Pick<AnswerFeedback, 'served'>;
  readonly #limits: CountingLimits;
  #counts = new Map<ServedAnswer, number>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(feedback: Pick<AnswerFeedback, 'served'>, limits = COUNTING_LIMITS) {
    this.#feedback = feedback;
    this.#limits = limits;
  }

  /** To be called once for each answer that is given; equal ones are the same object. Never throws, never waits. */
  served(answer: ServedAnswer): void {
    this.#counts.set(answer, (this.#counts.get(answer) ?? 0) + 1);
    if (this.#stopped) this.#write(this.#take());
    else if (this.#counts.size >= this.#limits.different) void this.#writeSlowly();
    else this.#timer ??= setTimeout(() => void this.#writeSlowly(), this.#limits.everyMs).unref();
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  /** Hands over what is counted; from here on each answer leaves its record at once. */
  drain(): Promise<void> {
    this.#stopped = true;
    this.#write(this.#take());
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return this.drain();
  }

  #take(): readonly (readonly [ServedAnswer, number])[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const counted = [...this.#counts];
    this.#counts = new Map();
    return counted;
  }

  async #writeSlowly(): Promise<void> {
    const counted = this.#take();
    for (let from = 0; from < counted.length; from += this.#limits.inOneGo) {
      this.#write(counted.slice(from, from + this.#limits.inOneGo));
      await setImmediate();
    }
  }

  #write(counted: readonly (readonly [ServedAnswer, number])[]): void {
    for (const [answer, times] of counted) this.#feedback.served(undefined, answer, times);
  }
}
