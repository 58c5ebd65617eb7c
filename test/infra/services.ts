import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, inject } from 'vitest';
import type { ServiceAnswer, Wish } from './service-desk.ts';
import { SERVICE_KINDS, type ServiceName } from './service-kinds.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for services; see service-desk.ts. */
    serviceDesk: string;
  }
  interface TaskMeta {
    /** On a suite that was skipped: the services it could not have. */
    missingServices?: readonly ServiceName[];
  }
}

/** What becomes of tests whose services were asked for: `skip` names the missing ones. */
export type Decision =
  | { readonly kind: 'run' }
  | { readonly kind: 'skip'; readonly missing: readonly ServiceName[] }
  | { readonly kind: 'fail'; readonly message: string };

/** Tests without their service are skipped, except where `CI` is set: there that is a failure. */
export function decide(answers: ReadonlyMap<ServiceName, ServiceAnswer>, ci: string | undefined): Decision {
  const missing = [...answers].flatMap(([name, answer]) =>
    'missing' in answer ? [{ name, ...answer }] : [],
  );
  if (missing.length === 0) return { kind: 'run' };
  if (ci === undefined || ['', '0', 'false'].includes(ci))
    return { kind: 'skip', missing: missing.map(({ name }) => name) };
  const reasons = missing.map(({ name, details }) => `needs ${SERVICE_KINDS[name].label}: ${details}`);
  return { kind: 'fail', message: reasons.join('\n') };
}

/** The addresses this test file has been given so far. A test file is a process of its own, so this is no one else's. */
const addresses = new Map<ServiceName, string>();

/**
 * A suite on the run's shared broker, registry or emulator, which starts when the first suite asks. Inside it
 * `kafkaBrokers()`, `schemaRegistryUrl()` and `bigtableEmulatorHost()` say where they are. Others use them at the same
 * time, and they may be existing ones: give topics, subjects and tables names of your own, and never stop anything.
 */
export function describeWith(
  needed: ServiceName | readonly ServiceName[],
  name: string,
  suite: () => void,
): void {
  describeIf('shared', needed, name, suite);
}

/** A suite that starts its own KafkaCluster, SchemaRegistry or BigtableEmulator, on machines that can. */
export function describeWithOwn(
  needed: ServiceName | readonly ServiceName[],
  name: string,
  suite: () => void,
): void {
  describeIf('own', needed, name, suite);
}

/** `host:port` of the shared brokers, joined by commas. */
export const kafkaBrokers = (): string => address('kafka');
/** Where the shared registry speaks Confluent's protocol, path included. */
export const schemaRegistryUrl = (): string => address('registry');
/** `host:port` of the shared emulator. */
export const bigtableEmulatorHost = (): string => address('bigtable');

function address(name: ServiceName): string {
  const found = addresses.get(name);
  if (found === undefined) throw new Error(`ask for it first: describeWith('${name}', …)`);
  return found;
}

function describeIf(
  wish: Wish,
  needed: ServiceName | readonly ServiceName[],
  name: string,
  suite: () => void,
): void {
  const names = typeof needed === 'string' ? [needed] : needed;
  describe(name, async () => {
    const answers = new Map(
      await Promise.all(names.map(async (each) => [each, await ask(wish, each)] as const)),
    );
    const decision = decide(answers, process.env.CI);
    if (decision.kind === 'fail') throw new Error(decision.message);
    if (decision.kind === 'skip') {
      const labels = decision.missing.map((each) => SERVICE_KINDS[each].label).join(' and ');
      // The tests are still collected, to be counted, so they must find addresses to read: there are none to reach.
      for (const each of names) addresses.set(each, addresses.get(each) ?? 'missing.invalid:1');
      describe.skip(`needs ${labels}`, { meta: { missingServices: decision.missing } }, suite);
      return;
    }
    for (const [each, answer] of answers) {
      if (wish === 'shared' && 'address' in answer) addresses.set(each, answer.address);
    }
    suite();
  });
}

/** Asks the main process; the answer may take as long as a download. */
async function ask(wish: Wish, name: ServiceName): Promise<ServiceAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${inject('serviceDesk')}/${wish}/${name}`, resolve).on('error', reject);
  });
  return JSON.parse(await text(response));
}
