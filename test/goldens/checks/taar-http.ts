import type { FastifyInstance } from 'fastify';
import { featuresOfPayload } from '../../../src/domain/client-features.ts';
import { ClientKeys, sha256Hex } from '../../../src/domain/client-key.ts';
import { registerDockerflow } from '../../../src/ops/dockerflow.ts';
import { HealthChecks } from '../../../src/ops/health.ts';
import { createHttpServer } from '../../../src/ops/http.ts';
import { Metrics } from '../../../src/ops/metrics.ts';
import { ClientProfileReader } from '../../../src/serving/addons/client-profiles.ts';
import { FlowRecommender } from '../../../src/serving/addons/flow/flow-recommender.ts';
import type { AddonModels } from '../../../src/serving/addons/runtime.ts';
import { registerServing } from '../../../src/serving/http/register.ts';
import type { ServedModels } from '../../../src/serving/http/served-models.ts';
import { exchange, listen, parse, type RawAnswer } from '../../ops/http-client.ts';
import { RecordingLogger } from '../../ops/recording-logger.ts';
import { type AddonArtifacts, addonModels } from '../../serving/addon-models.ts';
import { NOW, openProfile } from '../../serving/profiles.ts';
import { goldenFlows, Uniforms } from '../addon-flow.ts';
import type { GoldenCheck, GoldenReport } from '../golden.ts';

interface GoldenCase {
  readonly id: string;
  readonly phase: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | { readonly base64: string } | null;
  readonly uniforms: readonly number[];
  readonly status: number;
  readonly content_type: string | null;
  readonly location: string | null;
  readonly allow: string | null;
  readonly response: string;
}

interface Golden {
  readonly env: { readonly TAAR_MAX_RESULTS: number };
  readonly models: Readonly<Record<string, AddonArtifacts>>;
  /** Payloads by the hash of the client. */
  readonly profiles: Readonly<Record<string, unknown>>;
  readonly cases: readonly GoldenCase[];
}

const NO_MODELS_IS_EMPTY = 'without models the answer is empty, not 500';
const MALFORMED_IS_400 = 'a malformed body is 400, not 500';
const JSON_ERRORS = 'errors and OPTIONS are no pages; status, location and methods are the same';
const DOCKERFLOW = 'Dockerflow routes came from a stub there: only that they answer is compared';

/** A server as the goldens drive it: the models and the random numbers change from case to case. */
class GoldenServer {
  uniforms = new Uniforms([]);
  #runtime: AddonModels | undefined;
  readonly #app: FastifyInstance;

  constructor({ env, profiles }: Golden) {
    const metrics = new Metrics();
    const { logger } = new RecordingLogger();
    const models: ServedModels<AddonModels> = {
      current: () =>
        this.#runtime === undefined
          ? undefined
          : { setVersion: 'golden', members: [], runtime: this.#runtime },
    };
    const clock = (): number => NOW;
    const clientKeys = new ClientKeys(undefined);
    const featuresOf = (hash: string) => featuresOfPayload(profiles[hash]);
    const clients = new ClientProfileReader({
      profiles: {
        read: async (key) => {
          const features = featuresOf(key);
          return features === undefined ? undefined : { profile: openProfile(features.installed) };
        },
      },
      clientKeys,
      clock,
      logger,
    });
    const recommender = new FlowRecommender({
      models,
      readClient: async (hash) => {
        const features = featuresOf(hash);
        return features === undefined ? { kind: 'no-client' } : { kind: 'known', features };
      },
      flows: goldenFlows(),
      clock,
      uniforms: () => this.uniforms.next(),
    });
    this.#app = createHttpServer({ logger, metrics, trustProxy: false });
    registerServing(this.#app, {
      models,
      clients,
      recommending: { recommender, maxResults: env.TAAR_MAX_RESULTS, newId: () => sha256Hex('request') },
      apiToken: undefined,
      metrics,
      logger,
    });
    const version = { version: '1', commit: 'c', source: 's', build: 'b' };
    registerDockerflow(this.#app, { health: new HealthChecks([]), version, metrics });
  }

  listen(): Promise<number> {
    return listen(this.#app);
  }

  load(runtime: AddonModels | undefined): void {
    this.#runtime = runtime;
  }

  close(): Promise<void> {
    return this.#app.close();
  }
}

export const check: GoldenCheck = {
  file: 'taar/http',
  async run(data, report) {
    const golden = data as Golden;
    const loaded = Object.values(golden.models).map(addonModels)[0];
    const server = new GoldenServer(golden);
    const port = await server.listen();
    try {
      for (const one of golden.cases) {
        server.load(one.phase === 'loaded' ? loaded : undefined);
        server.uniforms = new Uniforms(one.uniforms);
        checkAnswer(report, one, await send(port, one));
        report.equal(`${one.id} uniforms`, server.uniforms.taken, one.uniforms.length);
      }
    } finally {
      await server.close();
    }
  },
};

async function send(port: number, { method, path, headers, body }: GoldenCase): Promise<RawAnswer> {
  const bytes = body === null ? '' : latin1(typeof body === 'string' ? Buffer.from(body) : fromBase64(body));
  const length = body === null ? [] : [`content-length: ${bytes.length}`];
  const named = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`${method} ${latin1(Buffer.from(path))} HTTP/1.1`, 'host: localhost', 'connection: close'];
  return parse(await exchange(port, [...head, ...named, ...length, '', bytes].join('\r\n')));
}

function fromBase64({ base64 }: { readonly base64: string }): Buffer {
  return Buffer.from(base64, 'base64');
}

/** A byte a character. */
function latin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}

function checkAnswer(report: GoldenReport, one: GoldenCase, answer: RawAnswer): void {
  const { id, status } = one;
  if (one.path.startsWith('/__')) {
    report.rule(DOCKERFLOW);
    report.check(id, answer.status < 500, `status ${answer.status}`);
  } else if (status === 500 && one.phase !== 'loaded') {
    report.rule(NO_MODELS_IS_EMPTY);
    report.equal(id, [answer.status, answer.body], [200, '{"results": []}']);
  } else if (status === 500) {
    report.rule(MALFORMED_IS_400);
    report.equal(`${id} status`, answer.status, 400);
    const body = JSON.parse(answer.body) as { readonly results: unknown; readonly error: unknown };
    report.equal(id, body.results, []);
    report.check(`${id} error`, String(body.error).startsWith('Invalid JSON in POST: '), String(body.error));
  } else if (status === 200 && one.allow === null) {
    const type = answer.headers['content-type'];
    report.equal(id, [answer.status, type, answer.body], [200, one.content_type, one.response]);
  } else {
    report.rule(JSON_ERRORS);
    const found = [answer.status, answer.headers.location ?? null, methodsIn(answer.headers.allow)];
    report.equal(id, found, [status, one.location, methodsIn(one.allow ?? undefined)]);
  }
}

function methodsIn(allow: string | undefined): readonly string[] {
  return (allow ?? '').split(', ').sort();
}
