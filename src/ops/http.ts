import { type FastifyError, type FastifyInstance, fastify } from 'fastify';
import { limitConnections } from './connection-limit.ts';
import { answerError, answerUnreadable } from './http-errors.ts';
import { HttpMetrics } from './http-metrics.ts';
import type { Logger } from './logging.ts';
import type { Metrics } from './metrics.ts';
import { RouteTable } from './route-table.ts';
import { answerUnrouted, sendBadPath, sendNotFound } from './unrouted.ts';

/** A client that sends endless headers must not fill memory; the path is part of this. */
const MAX_HEADER_BYTES = 16_384;
/** A body on a route that expects none, or a small one, must not fill memory. Intake routes set their own limit. */
const MAX_BODY_BYTES = 65_536;
/** A client that sends its headers one byte at a time must not hold a connection. */
const HEADERS_TIMEOUT_MS = 10_000;
/** The same for a body. */
const REQUEST_TIMEOUT_MS = 30_000;
/** A peer that vanished in mid-answer must not hold a connection. */
const SOCKET_IDLE_TIMEOUT_MS = 60_000;
/** Longer than the 60 s of usual load balancers: else we close a connection just as one sends a request on it. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** How often the two header and body time-outs are looked at. */
const TIMEOUT_CHECK_INTERVAL_MS = 5_000;
/** A segment of the path that is longer is nothing we know; longest add-on ids have some 255 characters. */
const MAX_SEGMENT_CHARACTERS = 2_048;
/** On closing, answers under way get this long; a client that does not read must not keep the process alive. */
const CLOSE_DEADLINE_MS = 5_000;
/** On closing, how often connections whose answer is out are looked for. */
const IDLE_SWEEP_INTERVAL_MS = 50;

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** True behind a proxy whose X-Forwarded headers may be believed. */
  readonly trustProxy: boolean;
}

/**
 * An HTTP server with limits on all that a client sends, JSON errors, 308/404/405 as TAAR had them, request times as
 * metrics, and a `close()` that lets answers under way finish and ends within seconds. Nothing it logs holds a path.
 */
export function createHttpServer({ logger, metrics, trustProxy }: HttpServerOptions): FastifyInstance {
  const httpMetrics = new HttpMetrics(metrics, logger);
  const routes = new RouteTable();
  const app = fastify({
    logger: false,
    trustProxy,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: SOCKET_IDLE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
    },
    routerOptions: { maxParamLength: MAX_SEGMENT_CHARACTERS },
    frameworkErrors: (error, _request, reply) => {
      httpMetrics.unrouted(error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? 404 : 400);
      if (error.code === 'FST_ERR_MAX_PARAM_LENGTH') sendNotFound(reply);
      else sendBadPath(reply);
    },
    clientErrorHandler: answerUnreadable,
  });
  limitConnections(app.server);
  routes.watch(app);
  httpMetrics.watch(app);
  app.addHook('onRequest', (request, reply, next) => {
    if (!request.is404) return next();
    // Here and not in a handler: the body of such a request is not worth reading, whatever it holds.
    answerUnrouted(routes, request, reply);
    httpMetrics.unrouted(reply.statusCode);
  });
  app.setNotFoundHandler((_request, reply) => sendNotFound(reply));
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(logger, error, request, reply));
  closeInTime(app);
  return app;
}

/**
 * Once `close()` is called, gives answers under way until the deadline and cuts each connection that has become idle:
 * its client does not know that we are closing.
 */
function closeInTime(app: FastifyInstance): void {
  let deadline: NodeJS.Timeout | undefined;
  let sweep: NodeJS.Timeout | undefined;
  app.addHook('preClose', (done) => {
    deadline = setTimeout(() => app.server.closeAllConnections(), CLOSE_DEADLINE_MS);
    sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_SWEEP_INTERVAL_MS);
    done();
  });
  app.addHook('onClose', (_app, done) => {
    clearTimeout(deadline);
    clearInterval(sweep);
    done();
  });
}
