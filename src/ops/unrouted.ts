import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendError, sendJson } from './http-json.ts';
import { decodedSegments, type RouteTable } from './route-table.ts';

/** A host name with an optional port, as it may stand in a Location. */
const HOST = /^[A-Za-z0-9.\-_[\]:]{1,255}$/;

/**
 * Answers a request that no route took: 308 where only the last slash is missing, 405 where the path has other
 * methods, else 404 (spec/taar-serving.md section 1).
 */
export function answerUnrouted(
  routes: RouteTable,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { method } = request;
  const [path = '', query] = cutQuery(request.url);
  const segments = decodedSegments(path);
  if (segments === undefined) return sendBadPath(reply);
  if (routes.methodsOf([...segments, '']).has(method)) {
    const location = `${origin(request)}${segments.map(encodeURIComponent).join('/')}/${query}`;
    return sendError(reply.code(308).header('location', location), 308, {
      error: 'the path ends with a slash',
      code: 'moved',
    });
  }
  const allowed = routes.methodsOf(segments);
  if (allowed.size > 0) return sendAllowed(reply, method, allowed);
  return sendNotFound(reply);
}

/** The answer to a path that means nothing here. */
export function sendNotFound(reply: FastifyReply): FastifyReply {
  return sendError(reply, 404, { error: 'there is nothing under this path', code: 'not-found' });
}

/** The answer to a path that cannot be percent-decoded. */
export function sendBadPath(reply: FastifyReply): FastifyReply {
  return sendError(reply, 400, {
    error: 'the path is not valid percent-encoded UTF-8',
    code: 'path-invalid',
  });
}

function sendAllowed(reply: FastifyReply, method: string, allowed: ReadonlySet<string>): FastifyReply {
  reply.header('allow', [...new Set([...allowed, 'OPTIONS'])].sort().join(', '));
  if (method === 'OPTIONS') return sendJson(reply.code(200), '');
  return sendError(reply, 405, { error: `${method} is not possible here`, code: 'method-not-allowed' });
}

/** `http://host`, or nothing where the request does not say which host it means. */
function origin(request: FastifyRequest): string {
  const host = request.host;
  return HOST.test(host) ? `${request.protocol}://${host}` : '';
}

function cutQuery(url: string): readonly [path: string, query: string] {
  const at = url.search(/[?#]/);
  return at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at)];
}
