import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { sendJson } from './http-json.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** What the route is for, in a line. */
    summary?: string;
    /** True: the route asks for the bearer token where one is set. */
    takesToken?: boolean;
  }
}

interface DescribedRoute {
  readonly url: string;
  readonly method: string;
  readonly schema: FastifySchema;
}

/** Methods that come with every route and need no description. */
const IMPLIED_METHODS = ['HEAD', 'OPTIONS'];
const STATUS_WORDS: Readonly<Record<string, string>> = {
  200: 'the answer',
  202: 'taken on',
  400: 'the request is not as it should be',
  403: 'not allowed',
  404: 'not found',
  503: 'overloaded, or not ready: try again after Retry-After',
};

/** Describes the routes of a server in OpenAPI 3.1, by the very schemas that judge their requests. */
export class ApiDescription {
  readonly #routes: DescribedRoute[] = [];

  /** Takes up every route with a schema that is registered from now on. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', ({ url, method, schema }: RouteOptions) => {
      if (schema === undefined) return;
      for (const each of [method].flat()) {
        if (!IMPLIED_METHODS.includes(each)) this.#routes.push({ url, method: each, schema });
      }
    });
  }

  /** The document, as of the routes registered so far. */
  document(version: string): object {
    const paths: Record<string, Record<string, object>> = {};
    for (const route of this.#routes) {
      const path = route.url.replace(/:([A-Za-z]+)/g, '{$1}');
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
    }
    return {
      openapi: '3.1.0',
      info: { title: 'taar-stream', version },
      paths,
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    };
  }
}

/** Describes what is registered on the server from now on, at `/openapi.json`. */
export function describeApi(app: FastifyInstance, version: string): void {
  const description = new ApiDescription();
  description.watch(app);
  let text: string | undefined;
  app.get('/openapi.json', (_request, reply) => {
    text ??= JSON.stringify(description.document(version));
    return sendJson(reply, text);
  });
}

function operationOf({ schema }: DescribedRoute): object {
  const parameters = [...parametersOf(schema.params, 'path'), ...parametersOf(schema.querystring, 'query')];
  return {
    ...(schema.summary === undefined ? {} : { summary: schema.summary }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(schema.body === undefined
      ? {}
      : { requestBody: { required: true, content: contentOf(schema.body) } }),
    responses: responsesOf(schema.response),
    // An empty one among them: a service without a token asks for none.
    ...(schema.takesToken === true ? { security: [{}, { token: [] }] } : {}),
  };
}

function parametersOf(schema: unknown, place: 'path' | 'query'): object[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    readonly properties?: Readonly<Record<string, object>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function responsesOf(response: unknown): object {
  const byStatus = Object.entries((response ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    byStatus.map(([status, schema]) => [
      status,
      { description: STATUS_WORDS[status] ?? 'an answer', content: contentOf(schema) },
    ]),
  );
}

function contentOf(schema: unknown): object {
  return { 'application/json': { schema } };
}
