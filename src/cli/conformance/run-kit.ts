import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { messageOf, TaarError } from '../../domain/errors.ts';
import { KitCandidates } from './candidates.ts';
import type { Kit, KitCase } from './kit.ts';
import { type ServiceAnswer, type Verdict, verdictOn, whyNotCompared } from './verdict.ts';

/** The original takes seconds for its first request, which builds its recommenders. */
const TIME_LIMIT_MS = 30_000;
/** The longest answer of the original has 2 kB; whatever else answers must not fill the memory. */
const MAX_ANSWER_BYTES = 2 ** 20;
const NOBODY_THERE: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);

type Headers = Readonly<Record<string, string>>;

interface Service {
  readonly origin: string;
  readonly headers: Headers;
}

/** What came of a case. */
export interface JudgedCase {
  readonly one: KitCase;
  readonly verdict: Verdict;
}

/**
 * Sends every case of the kit that can be compared, one after the other and each with `headers` beside its own, and
 * judges the answers.
 * @throws TaarError `service-unreachable` (halt) where nothing listens
 */
export async function runKit(
  origin: string,
  kit: Kit,
  headers: Headers = {},
): Promise<readonly JudgedCase[]> {
  const service = { origin, headers };
  const candidates = new KitCandidates(kit);
  const judged: JudgedCase[] = [];
  for (const one of kit.cases) judged.push({ one, verdict: await verdictOf(one, service, kit, candidates) });
  return judged;
}

async function verdictOf(
  one: KitCase,
  service: Service,
  kit: Kit,
  candidates: KitCandidates,
): Promise<Verdict> {
  const why = whyNotCompared(one);
  if (why !== undefined) return { kind: 'not-compared', why };
  try {
    return verdictOn(one, await answerTo(one, service), kit, candidates);
  } catch (error) {
    if (NOBODY_THERE.has((error as NodeJS.ErrnoException).code)) {
      const message = `nothing answers on ${service.origin}: ${messageOf(error)}`;
      throw new TaarError('service-unreachable', 'halt', message, { cause: error });
    }
    return { kind: 'different', faults: [`no answer: ${messageOf(error)}`] };
  }
}

/** Sent as it stands: what tidies addresses up (fetch, URL) would change what is asked. */
function answerTo({ method, path, headers, body }: KitCase, service: Service): Promise<ServiceAnswer> {
  const { protocol, hostname, port } = new URL(service.origin);
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body?.base64 ?? '', 'base64');
  const length = body === null ? {} : { 'content-length': bytes.length };
  const send = protocol === 'https:' ? requestTls : request;
  const host = hostname.replace(/^\[|\]$/g, '');
  const signal = AbortSignal.timeout(TIME_LIMIT_MS);
  return new Promise((resolve, reject) => {
    const options = {
      host,
      port,
      method,
      path,
      headers: { ...service.headers, ...headers, ...length },
      signal,
    };
    const sent = send(options, (response) => {
      const { statusCode: status = 0 } = response;
      const { 'content-type': contentType, location, allow } = response.headers;
      textOf(response).then((text) => resolve({ status, contentType, location, allow, body: text }), reject);
    });
    sent.once('error', reject);
    sent.end(body === null ? undefined : bytes);
  });
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`it has more than ${MAX_ANSWER_BYTES} bytes`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
