import { isDeepStrictEqual } from 'node:util';
import { parsedJson } from '../../producers/json-field.ts';
import type { KitCandidates } from './candidates.ts';
import { faultsOfDrawn, promotedIn } from './drawn-answer.ts';
import type { Kit, KitCase } from './kit.ts';

/** What a service answered. */
export interface ServiceAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly location: string | undefined;
  readonly allow: string | undefined;
  readonly body: string;
}

export type Verdict =
  | { readonly kind: 'same' }
  /** Not what the original did, and better: it answered 500 where it meant 400. */
  | { readonly kind: 'mended'; readonly what: string }
  | { readonly kind: 'different'; readonly faults: readonly string[] }
  | { readonly kind: 'not-compared'; readonly why: string };

const SAME: Verdict = { kind: 'same' };
const RECOMMENDATIONS = '/v1/api/recommendations/';
const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)/i;

/** Why a case cannot be compared with a service that holds models; undefined where it can. */
export function whyNotCompared({ phase, path }: KitCase): string | undefined {
  if (phase === 'redis_empty') return 'needs a service that holds no models';
  if (path === '/__version__') return 'tells of the installation';
  return undefined;
}

/** Compares an answer with that of the original: exactly, and by rule where the original drew at random. */
export function verdictOn(one: KitCase, answer: ServiceAnswer, kit: Kit, candidates: KitCandidates): Verdict {
  const why = whyNotCompared(one);
  if (why !== undefined) return { kind: 'not-compared', why };
  if (one.status === 500 && answer.status === 400) return { kind: 'mended', what: '400 where it was 500' };
  const faults = faultsIn(one, answer, kit, candidates);
  return faults.length === 0 ? SAME : { kind: 'different', faults };
}

function faultsIn(one: KitCase, answer: ServiceAnswer, kit: Kit, candidates: KitCandidates): string[] {
  if (answer.status !== one.status) return [`status ${answer.status}, not ${one.status}`];
  if (one.location !== null) return locationFaults(one.location, answer.location);
  if (one.allow !== null) return allowFaults(one.allow, answer.allow);
  // The pages of errors, and what was recorded from a stub of the heartbeat, are each framework's own.
  if (one.status !== 200 || one.path.startsWith('/__')) return [];
  const type = mediaType(answer.contentType);
  if (type !== mediaType(one.content_type)) return [`content type ${type}, not ${one.content_type}`];
  if (one.method === 'HEAD') return answer.body === '' ? [] : ['a HEAD request was answered with a body'];
  const said = parsedJson(answer.body);
  if (said === undefined) return ['the body is no JSON'];
  if (one.uniforms.length === 0) return exactFaults(JSON.parse(one.response), said);
  const results = (said as { readonly results?: unknown } | null)?.results;
  if (!isTexts(results)) return ['the body has no list of results'];
  const { client, locale } = askedIn(one.path);
  const promoted = promotedIn(bodyTaken(one));
  return faultsOfDrawn(results, candidates.of(client, locale), promoted, kit.limits.recommendations);
}

/** The body as the original takes it: none but that of a POST, and a form's counts as none. */
function bodyTaken({ method, body, headers }: KitCase): string {
  if (method !== 'POST' || FORM.test(headers['Content-Type'] ?? '')) return '';
  return typeof body === 'string' ? body : Buffer.from(body?.base64 ?? '', 'base64').toString('utf8');
}

function askedIn(path: string): { client: string; locale: string | null } {
  const [route = '', query = ''] = path.split('?');
  const client = decodeURIComponent(route.slice(RECOMMENDATIONS.length).replace(/\/$/, ''));
  return { client, locale: new URLSearchParams(query).get('locale') };
}

function exactFaults(expected: unknown, said: unknown): string[] {
  if (isDeepStrictEqual(expected, said)) return [];
  return [`answered ${JSON.stringify(said)}, not ${JSON.stringify(expected)}`];
}

function locationFaults(expected: string, location: string | undefined): string[] {
  const path = pathOf(location ?? '');
  return path === pathOf(expected) ? [] : [`redirects to ${path}, not ${pathOf(expected)}`];
}

/** The host is the service's own. */
function pathOf(location: string): string {
  const url = URL.parse(location, 'http://service.example');
  return url === null ? location : `${url.pathname}${url.search}`;
}

function allowFaults(expected: string, allow: string | undefined): string[] {
  const methods = (text: string): string =>
    text
      .split(/\s*,\s*/)
      .sort()
      .join(', ');
  const [wanted, given] = [methods(expected), methods(allow ?? '')];
  return wanted === given ? [] : [`allows ${given || 'nothing'}, not ${wanted}`];
}

function mediaType(header: string | undefined): string {
  return header?.split(';')[0]?.trim().toLowerCase() ?? 'none';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
