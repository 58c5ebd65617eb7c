import type { FastifyReply } from 'fastify';
import type { Counter } from 'prom-client';
import { sendJson } from '../../ops/http-json.ts';
import type { Metrics } from '../../ops/metrics.ts';

/** Which set of models an answer came from, and by which way: `item`, `personal`, `fallback:<why>`, `empty:<why>`. */
export interface AnswerOrigin {
  readonly setVersion: string | undefined;
  readonly path: string;
}

/** Sends answers that say how they came about, and counts them by it. */
export class AnswerSender {
  readonly #answers: Counter<'route' | 'path'>;

  constructor(metrics: Metrics) {
    this.#answers = metrics.counter(
      'serving_answers_total',
      'Answers by route and by how they came about (the taar-path header)',
      ['route', 'path'],
    );
  }

  /** `route` is a name, never a path of a request. */
  send(reply: FastifyReply, route: string, body: string, { setVersion, path }: AnswerOrigin): FastifyReply {
    this.#answers.inc({ route, path });
    return sendJson(reply.header('taar-models', setVersion ?? 'none').header('taar-path', path), body);
  }
}
