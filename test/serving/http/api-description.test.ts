import { Check } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { servingApi } from '../../../src/cli/api-document.ts';
import { RecordingLogger } from '../../ops/recording-logger.ts';
import { recommendingServer } from './recommending.ts';

interface Content {
  readonly content: { readonly 'application/json': { readonly schema: Schema } };
}
interface Schema {
  readonly examples?: readonly unknown[];
}
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Schema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
  readonly security?: readonly object[];
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Example {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly payload?: object;
}

async function served(): Promise<{ document: Document; server: ReturnType<typeof recommendingServer> }> {
  const server = recommendingServer();
  const answer = await server.app.inject({ url: '/openapi.json' });
  expect(answer.headers['content-type']).toBe('application/json');
  return { document: answer.json<Document>(), server };
}

/** Every request that the examples of an operation make. */
function examplesOf(path: string, method: string, { parameters = [], requestBody }: Operation): Example[] {
  let url = path;
  const query = new URLSearchParams();
  for (const { name, in: place, required, schema } of parameters) {
    const [example] = schema.examples ?? [];
    if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(String(example)));
    else if (example !== undefined) query.set(name, String(example));
    expect(required && example === undefined, `${name} of ${path} has an example`).toBe(false);
  }
  if (query.size > 0) url += `?${query}`;
  const verb = method === 'post' ? 'POST' : 'GET';
  if (requestBody === undefined) return [{ method: verb, url }];
  const bodies = requestBody.content['application/json'].schema.examples ?? [];
  expect(bodies.length, `${path} has examples`).toBeGreaterThan(0);
  return bodies.map((payload) => ({ method: verb, url, payload: payload as object }));
}

describe('/openapi.json', () => {
  it('describes every route that answers for a product', async () => {
    const { document } = await served();
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info.version).toBe('1.2.3');
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(operations.toSorted()).toEqual([
      'get /taarlite/api/v1/addon_recommendations/{guid}/',
      'get /v1/api/client_has_addon/{hashedClientId}/{addonId}/',
      'get /v1/api/recommendations/{hashedClientId}/',
      'post /v1/api/recommendations/{hashedClientId}/',
      'post /v2/observations',
      'post /v2/recommendations',
    ]);
  });

  it('has examples that the server answers as it says', async () => {
    const { document, server } = await served();
    let tried = 0;
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        for (const example of examplesOf(path, method, operation)) {
          const answer = await server.app.inject(example);
          const [status = ''] = Object.keys(operation.responses).filter((each) => each.startsWith('2'));
          expect(answer.statusCode, `${method} ${example.url}`).toBe(Number(status));
          const schema = operation.responses[status]?.content['application/json'].schema ?? {};
          expect(Check(schema, answer.json()), `${answer.body} is as ${path} says`).toBe(true);
          tried += 1;
        }
      }
    }
    expect(tried).toBeGreaterThan(5);
  });

  it('says which routes take the token', async () => {
    const { document } = await served();
    const guarded = Object.entries(document.paths).filter(([, methods]) =>
      Object.values(methods).some(({ security }) => security !== undefined),
    );
    expect(guarded.map(([path]) => path.split('/{')[0])).toEqual([
      '/v1/api/client_has_addon',
      '/v2/observations',
      '/v1/api/recommendations',
      '/v2/recommendations',
    ]);
  });

  it('is what taar openapi prints', async () => {
    const { document } = await served();
    const printed = await servingApi('1.2.3', new RecordingLogger().logger);
    expect(JSON.parse(JSON.stringify(printed))).toEqual(document);
  });
});
