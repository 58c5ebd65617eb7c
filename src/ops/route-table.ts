import type { FastifyInstance, RouteOptions } from 'fastify';

interface KnownRoute {
  /** The pattern, cut at its slashes. */
  readonly segments: readonly string[];
  readonly methods: Set<string>;
}

/**
 * The patterns that an application answers, to tell what is wrong with a request that no route took: the method, the
 * missing last slash, or the path. Looked at only then, so it is a plain list.
 */
export class RouteTable {
  readonly #routes = new Map<string, KnownRoute>();

  /** Remembers every route that is registered from now on. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', (route: RouteOptions) => {
      const known = this.#routes.get(route.url) ?? { segments: route.url.split('/'), methods: new Set() };
      for (const method of [route.method].flat()) known.methods.add(method);
      this.#routes.set(route.url, known);
    });
  }

  /** The methods that the routes of a path allow, none where there is no such path; segments are decoded. */
  methodsOf(segments: readonly string[]): ReadonlySet<string> {
    const methods = new Set<string>();
    for (const route of this.#routes.values()) {
      if (matches(route.segments, segments)) for (const method of route.methods) methods.add(method);
    }
    return methods;
  }
}

/** A pattern's `:name` stands for one segment, and a `*` at its end for the rest. */
function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const open = pattern.at(-1) === '*';
  if (open ? segments.length < pattern.length : segments.length !== pattern.length) return false;
  return pattern.every((part, i) => {
    const segment = segments[i] ?? '';
    if (part.startsWith(':')) return segment !== '' && !segment.includes('/');
    return part === segment || (open && i === pattern.length - 1);
  });
}

/** The segments of a request's path, percent-decoded; undefined where the encoding is broken. */
export function decodedSegments(path: string): readonly string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
