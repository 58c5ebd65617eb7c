import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { messageOf, TaarError } from '../../domain/errors.ts';
import { KitCandidates } from './candidates.ts';
import type { Kit, KitCase } from './kit.ts';
import { type ServiceAnswer, type Verdict, verdictOn, whyNotCompared } from './verdict.ts';

/** The original takes seconds for its first request, which builds its recommenders. */
const TIME_LIMIT_MS = 30_000;
/** A service that hangs would hold up the whole kit for more than an hour; one that is slow once answers the next. */
const MAX_HANGS_IN_A_ROW = 2;
/** The longest answer of the original has 2 kB; whatever else answers must not fill the memory. */
const MAX_ANSWER_BYTES = 2 ** 20;
/** A busy service that gives an answer up says so and gives none: whether it conforms another one tells. */
const MAX_LATE_IN_A_ROW = 5;
const NOBODY_THERE: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);

/** How our own services label such an answer; the original gave none up. */
const LATE = /^empty:(?:profile-)?late$/;

const HANGING: Verdict = { kind: 'different', faults: ['no answer in time'] };

type Headers = Readonly<Record<string, string>>;

interface Service {
  readonly origin: string;
  readonly headers: Headers;
  readonly timeLimitMs: number;
}

/** What came of a case. */
export interface JudgedCase {
  readonly one: KitCase;
  readonly verdict: Verdict;
}

/**
 * Sends every case of the kit that can be compared, one after the other and each with `headers` beside its own, and
 * judges the answers.
 * @throws TaarError `service-unreachable` (halt) where nothing listens, or what does leaves several requests in a row
 *   without an answer
 */
export async function runKit(
  origin: string,
  kit: Kit,
  headers: Headers = {},
  timeLimitMs = TIME_LIMIT_MS,
): Promise<readonly JudgedCase[]> {
  const service = { origin, headers, timeLimitMs };
  const candidates = new KitCandidates(kit);
  const judged: JudgedCase[] = [];
  let hangs = 0;
  for (const one of kit.cases) {
    const verdict = await verdictOf(one, service, kit, candidates);
    judged.push({ one, verdict });
    hangs = verdict === HANGING ? hangs + 1 : 0;
    if (hangs === MAX_HANGS_IN_A_ROW) throw unreachable(`${origin} leaves requests without an answer`);
  }
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
    let answer = await answerTo(one, service);
    for (let late = 1; answer.isLate && late < MAX_LATE_IN_A_ROW; late++)
      answer = await answerTo(one, service);
    return verdictOn(one, answer, kit, candidates);
  } catch (error) {
    if (NOBODY_THERE.has((error as NodeJS.ErrnoException).code)) {
      throw unreachable(`nothing answers on ${service.origin}: ${messageOf(error)}`, error);
    }
    if (error instanceof Error && error.name === 'AbortError') return HANGING;
    return { kind: 'different', faults: [`no answer: ${messageOf(error)}`] };
  }
}

function unreachable(what: string, cause?: unknown): TaarError {
  return new TaarError('service-unreachable', 'halt', what, { cause });
}

/** Sent as it stands: what tidies addresses up (fetch, URL) would change what is asked. */
function answerTo(
  { method, path, headers, body }: KitCase,
  service: Service,
): Promise<ServiceAnswer & { readonly isLate: boolean }> {
  const { protocol, hostname, port } = new URL(service.origin);
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body?.base64 ?? '', 'base64');
  const length = body === null ? {} : { 'content-length': bytes.length };
  const send = protocol === 'https:' ? requestTls : request;
  const host = hostname.replace(/^\[|\]$/g, '');
  const signal = AbortSignal.timeout(service.timeLimitMs);
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
      const { 'content-type': contentType, location, allow, 'taar-path': answerPath } = response.headers;
      const isLate = LATE.test(String(answerPath));
      const answer = { status, contentType, location, allow, isLate };
      textOf(response).then((text) => resolve({ ...answer, body: text }), reject);
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
