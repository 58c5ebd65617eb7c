import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendError } from './http-json.ts';

const BEARER = /^Bearer +([^\s]+)$/i;

/**
 * A hook for routes that only holders of a token may use: 401 where none is shown, 403 where it is another one. It
 * goes before the body is read. How long it takes says nothing about the token.
 */
export function requireBearer(token: string) {
  const expected = digestOf(token);
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const shown = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (shown === undefined) {
      reply.header('www-authenticate', 'Bearer');
      sendError(reply, 401, { error: 'this path takes a bearer token', code: 'token-missing' });
    } else if (!timingSafeEqual(digestOf(shown), expected)) {
      sendError(reply, 403, { error: 'this is not the token of this path', code: 'token-wrong' });
    } else {
      done();
    }
  };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
