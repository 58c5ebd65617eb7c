import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../../ops/metrics.ts';
import { type ClientAddonsDependencies, ClientAddonsReader } from '../addons/client-addons.ts';
import type { AddonModels } from '../addons/runtime.ts';
import { AnswerSender } from './answer.ts';
import { registerClientHasAddon } from './client-has-addon-route.ts';
import type { ServedModels } from './served-models.ts';
import { registerTaarlite } from './taarlite-route.ts';

export interface ServingDependencies extends ClientAddonsDependencies {
  readonly models: ServedModels<AddonModels>;
  readonly metrics: Metrics;
}

/** Adds the routes that answer for products to a server that `createHttpServer` made. */
export function registerServing(app: FastifyInstance, deps: ServingDependencies): void {
  const sender = new AnswerSender(deps.metrics);
  registerTaarlite(app, deps.models, sender);
  registerClientHasAddon(app, deps.models, new ClientAddonsReader(deps), sender);
}
