import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Counter, Histogram } from 'prom-client';
import type { Logger } from './logging.ts';
import type { Metrics } from './metrics.ts';

/** Upper bounds in seconds: answers take well under a millisecond, a read of the view or a durable write tens. */
const BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/**
 * Times each request under the pattern of its route, and writes a `request.summary` line of it at level debug.
 * The path itself is neither label nor field: some paths hold the hash of a client.
 */
export class HttpMetrics {
  readonly #seconds: Histogram<'route' | 'method' | 'status'>;
  readonly #unrouted: Counter<'status'>;
  readonly #logger: Logger;

  constructor(metrics: Metrics, logger: Logger) {
    this.#logger = logger;
    this.#seconds = metrics.histogram(
      'http_request_seconds',
      'Time from the head of a request to the end of its answer',
      BUCKETS_SECONDS,
      ['route', 'method', 'status'],
    );
    this.#unrouted = metrics.counter('http_unrouted_total', 'Requests that no route answered', ['status']);
  }

  /** Makes every route that is registered from now on report its requests. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', (route: RouteOptions) => {
      route.onResponse = [...listOf(route.onResponse), this.#reporter(route.url)];
    });
  }

  /** Counts a request that was answered without a route: not found, not allowed, redirected or unreadable. */
  unrouted(status: number): void {
    this.#unrouted.inc({ status });
  }

  #reporter(route: string): (request: FastifyRequest, reply: FastifyReply, done: () => void) => void {
    return ({ method }, { statusCode: code, elapsedTime }, done) => {
      this.#seconds.observe({ route, method, status: code }, elapsedTime / 1000);
      this.#logger.debug({ type: 'request.summary', route, method, code, t: elapsedTime }, 'request');
      done();
    };
  }
}

function listOf<T>(hooks: T | T[] | undefined): T[] {
  if (hooks === undefined) return [];
  return Array.isArray(hooks) ? hooks : [hooks];
}
