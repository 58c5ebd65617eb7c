import type { FastifyReply } from 'fastify';

/** Without a charset: JSON is UTF-8, and TAAR's clients got it so (spec/taar-serving.md section 1). */
export const JSON_TYPE = 'application/json';

/** The body of every answer that is an error. */
export interface HttpError {
  readonly error: string;
  readonly code: string;
}

/** Sends a ready JSON text. Fastify would add a charset to the type of a string, but not behind a serializer. */
export function sendJson(reply: FastifyReply, body: string): FastifyReply {
  return reply.header('content-type', JSON_TYPE).serializer(asIs).send(body);
}

/** Sends an error as JSON. */
export function sendError(reply: FastifyReply, status: number, error: HttpError): FastifyReply {
  return sendJson(reply.code(status), JSON.stringify(error));
}

function asIs(body: unknown): string {
  return String(body);
}
