import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type HttpError, sendError } from './http-json.ts';
import type { Logger } from './logging.ts';

const NOT_JSON: HttpError = { error: 'the body is not JSON', code: 'body-not-json' };

/** What is wrong with a body before any route sees it: by the server's code, what is answered. */
const BODY_FAULTS: Readonly<Record<string, HttpError>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    error: 'the body has to be application/json',
    code: 'content-type-unsupported',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: { error: 'the body is larger than is taken here', code: 'body-too-large' },
  FST_ERR_CTP_INVALID_JSON_BODY: NOT_JSON,
  FST_ERR_CTP_EMPTY_JSON_BODY: NOT_JSON,
};

/** Answers what a route threw: a fault of the request is told, one of ours is logged under the route's pattern. */
export function answerError(
  logger: Logger,
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    const { message, code = 'request-invalid' } = error;
    return sendError(reply, status, BODY_FAULTS[code] ?? { error: message, code });
  }
  logger.error({ err: error, route: request.routeOptions.url }, 'a request failed');
  return sendError(reply, 500, { error: 'the server failed to answer', code: 'internal' });
}

/** What Node's parser gives up with, and how HTTP calls it. */
const STATUS_LINES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Answers what is no HTTP at all, too large or too slow, on the bare socket. */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const statusLine = STATUS_LINES[error.code ?? ''] ?? '400 Bad Request';
  const body = JSON.stringify({ error: statusLine.slice(4), code: 'request-unreadable' });
  const head = [
    `HTTP/1.1 ${statusLine}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
