import type { FastifyReply } from 'fastify';
import type { Counter, Gauge } from 'prom-client';
import { sendError } from '../../ops/http-json.ts';
import type { Metrics } from '../../ops/metrics.ts';

/**
 * Answers that may be under way at once. They take a millisecond each; where so many wait, something hangs, and those
 * who come then are better told at once than kept in a queue that only grows.
 */
export const MAX_ANSWERS_UNDER_WAY = 512;
/** Long enough for a burst to be over. */
export const RETRY_AFTER_SECONDS = 1;

/** Lets in as many requests as can be answered, and turns the others away. There is no waiting room. */
export class Admission {
  readonly #max: number;
  readonly #refused: Counter<'route'>;
  readonly #shown: Gauge;
  #underWay = 0;

  constructor(metrics: Metrics, max = MAX_ANSWERS_UNDER_WAY) {
    this.#max = max;
    this.#refused = metrics.counter(
      'serving_refused_total',
      'Requests turned away because too many answers were under way',
      ['route'],
    );
    this.#shown = metrics.gauge('serving_under_way', 'Answers that are being made');
  }

  /**
   * Begins `work` unless too much is under way; then gives undefined. Work counts until it is done, however late: that
   * is what fills memory. `route` is a name, never a path of a request.
   */
  begin<R>(route: string, work: () => Promise<R>): Promise<R> | undefined {
    if (this.#underWay >= this.#max) {
      this.#refused.inc({ route });
      return undefined;
    }
    this.#count(1);
    return this.#counted(work);
  }

  async #counted<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } finally {
      this.#count(-1);
    }
  }

  #count(change: 1 | -1): void {
    this.#underWay += change;
    this.#shown.set(this.#underWay);
  }
}

/** The answer to whom was turned away. */
export function sendOverloaded(reply: FastifyReply): FastifyReply {
  reply.header('retry-after', String(RETRY_AFTER_SECONDS));
  return sendError(reply, 503, { error: 'too many requests at once; try again', code: 'overloaded' });
}
