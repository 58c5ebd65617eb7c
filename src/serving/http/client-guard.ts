import { requireBearer } from '../../ops/bearer-token.ts';

/** Hooks that go before a route, in order. */
export type RouteGuard = readonly ReturnType<typeof requireBearer>[];

/** What stands before the routes that tell of a client: the token of `API_TOKEN`, or nothing where there is none. */
export function clientGuard(token: string | undefined): RouteGuard {
  return token === undefined ? [] : [requireBearer(token)];
}
