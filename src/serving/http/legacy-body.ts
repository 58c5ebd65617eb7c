import type { FastifyRequest } from 'fastify';
import { TaarError } from '../../domain/errors.ts';
import { cleanPromoted } from '../addons/promoted.ts';
import type { PromotedAddon } from '../addons/recommender.ts';

/** What Flask takes for a form, whose body TAAR then never saw (spec/taar-serving.md section 1.1). */
const FORM_TYPE =
  /^\s*(?:application\/x-www-form-urlencoded|application\/x-url-encoded|multipart\/form-data)\s*(?:;|$)/i;
const FORM = 'application/x-www-form-urlencoded';
const ANY_BYTES = 'application/octet-stream';

/** Without dropping a byte order mark: Python's reader refuses one, and so do we. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A hook that keeps the server from judging a body by its content type: forms and all others is all there is. */
export function takeAnyType(request: FastifyRequest, _reply: unknown, done: () => void): void {
  const { headers } = request;
  const type = headers['content-type'];
  if (type !== undefined) headers['content-type'] = FORM_TYPE.test(type) ? FORM : ANY_BYTES;
  done();
}

/**
 * The promoted add-ons that the body of a request names; none where there is no body, or a form.
 * @throws TaarError `body-malformed`, `promoted-malformed`, whose message says what is wrong, and holds nothing of it
 */
export function promotedOf({ method, headers, body }: FastifyRequest): readonly PromotedAddon[] {
  if (method !== 'POST' || headers['content-type'] === FORM) return [];
  if (!Buffer.isBuffer(body) || body.length === 0) return [];
  const options = memberOf(objectOf(jsonOf(body), 'the body'), 'options', {});
  return cleanPromoted(memberOf(objectOf(options, 'options'), 'promoted', []));
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(UTF8.decode(body));
  } catch (error) {
    throw malformed(error instanceof SyntaxError ? 'the body is not JSON' : 'the body is not UTF-8');
  }
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw malformed(`${what} is not an object`);
}

function memberOf(object: Readonly<Record<string, unknown>>, name: string, standard: unknown): unknown {
  return Object.hasOwn(object, name) ? object[name] : standard;
}

function malformed(what: string): TaarError {
  return new TaarError('body-malformed', 'dead-letter', what);
}
