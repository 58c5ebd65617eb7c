import { ClientKeys } from '../domain/client-key.ts';
import { TaarError } from '../domain/errors.ts';
import { ApiDescription } from '../ops/api-description.ts';
import { createHttpServer } from '../ops/http.ts';
import type { Logger } from '../ops/logging.ts';
import { Metrics } from '../ops/metrics.ts';
import { ClientProfileReader } from '../serving/addons/client-profiles.ts';
import { FeedbackMetrics } from '../serving/feedback/feedback-metrics.ts';
import { registerServing } from '../serving/http/register.ts';

/** Describes the routes that answer for products, as OpenAPI, without anything that could answer. */
export async function servingApi(version: string, logger: Logger): Promise<object> {
  const metrics = new Metrics();
  const app = createHttpServer({ logger, metrics, trustProxy: false });
  const description = new ApiDescription();
  description.watch(app);
  registerServing(app, {
    models: { current: () => undefined },
    clients: new ClientProfileReader({
      profiles: { read: notServed },
      clientKeys: new ClientKeys(undefined),
      clock: Date.now,
      logger,
    }),
    recommending: {
      recommender: { answer: notServed },
      maxResults: 1,
      newId: () => '',
    },
    observations: { observations: { add: notServed }, metrics: new FeedbackMetrics(metrics) },
    apiToken: undefined,
    metrics,
    logger,
  });
  try {
    await app.ready();
    return description.document(version);
  } finally {
    await app.close();
  }
}

function notServed(): Promise<never> {
  return Promise.reject(new TaarError('not-served', 'halt', 'this server is only described'));
}
