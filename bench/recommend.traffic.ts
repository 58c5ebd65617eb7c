import { requestOf } from './http.connection.ts';
import { ADD_ONS } from './swap.models.ts';

/** A request of the traffic and the status that its answer must have. */
export interface TrafficRequest {
  readonly bytes: string;
  readonly status: number;
}

/** Longer than any segment of a path that is looked at. */
const TOO_LONG = 3_000;

type Make = (
  nth: number,
  known: string,
  token: string | undefined,
) => readonly [bytes: string, status: number];

/**
 * What a node is asked, in turns: whatever it might keep under something that a request brought must be another each
 * time, or nobody would see that it is kept.
 */
const KINDS: readonly Make[] = [
  (_nth, known) => [get(known), 200],
  (nth) => [get(unknownHash(nth)), 200],
  (_nth, known) => [get(known), 200],
  (nth) => [get(`${unknownHash(nth)}/?locale=l${nth}&platform=p${nth}`), 200],
  (nth, known) => [
    post('/v1/api/recommendations/', known, { options: { promoted: [[`p${nth}`, nth]] } }),
    200,
  ],
  (nth) => [get(`no-hash-${nth}`), 200],
  (_nth, known) => [get(known), 200],
  (nth, known) => [v2(known, { locale: `l${nth}`, excluded: [`x${nth}`] }), 200],
  (nth) => [v2(unknownHash(nth), { locale: `l${nth % 200}`, platform: `p${nth}` }), 200],
  (nth, _known, token) => (token === undefined ? [get(unknownHash(nth)), 200] : [observed(nth, token), 202]),
  (nth, known) => [requestOf('GET', `/v1/api/client_has_addon/${known}/guid-${nth}/`), 200],
  (nth) => [lite(`add-on-${nth % ADD_ONS}@bench.example`), 200],
  (nth) => [lite(`unknown-${nth}`), 200],
  (nth, known) => [requestOf('POST', `/v1/api/recommendations/${known}/`, `{"options": ${nth}`), 400],
  (nth) => [get(`${nth}`.padStart(TOO_LONG, '0')), 404],
  (nth) => [requestOf('GET', `/nothing/of/${nth}/`), 404],
  (nth) => [observed(nth, 'A'.repeat(48) + `${nth}`.padStart(8, '0')), 422],
  (nth) => [v2(unknownHash(nth), { placement: `nowhere ${nth}` }), 404],
];

/** The `nth` request. `known` are hashes of clients with a profile; `token` is one of an answer, once there is one. */
export function trafficRequest(
  nth: number,
  known: readonly string[],
  token: string | undefined,
): TrafficRequest {
  const make = KINDS[nth % KINDS.length];
  if (make === undefined) throw new Error('no kind of request');
  // Every kind meets every client.
  const [bytes, status] = make(nth, known[Math.floor(nth / KINDS.length) % known.length] ?? '', token);
  return { bytes, status };
}

function get(client: string): string {
  const path = `/v1/api/recommendations/${client}`;
  return requestOf('GET', client.includes('?') ? path : `${path}/`);
}

function post(path: string, client: string, body: unknown): string {
  return requestOf('POST', `${path}${client}/`, JSON.stringify(body));
}

function v2(client: string, more: Readonly<Record<string, unknown>>): string {
  const body = { placement: 'addons.discovery', client, ...more };
  return requestOf('POST', '/v2/recommendations', JSON.stringify(body));
}

function observed(nth: number, token: string): string {
  const observations = [{ item: `add-on ${nth}`, kind: 'click' }];
  return requestOf('POST', '/v2/observations', JSON.stringify({ token, observations }));
}

function lite(guid: string): string {
  return requestOf('GET', `/taarlite/api/v1/addon_recommendations/${encodeURIComponent(guid)}/`);
}

/** A sha256hex of nobody, another one each time. */
function unknownHash(nth: number): string {
  return nth.toString(16).padStart(64, 'f');
}
