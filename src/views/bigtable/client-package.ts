import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import type { google } from '@google-cloud/bigtable/build/protos/protos.js';
import type * as generated from '@google-cloud/bigtable/build/src/v2/index.js';
import { TaarError } from '../../domain/errors.ts';

/** The part of the generated client that reads and writes rows. */
export interface DataClient {
  initialize(): Promise<unknown>;
  readRows(request: google.bigtable.v2.IReadRowsRequest, options: CallOptions): Answer;
  mutateRows(request: google.bigtable.v2.IMutateRowsRequest, options: CallOptions): Answer;
  close(): Promise<void>;
}

/** The parts of an answer, as they come. */
export type Answer = Readable & { cancel(): void };

export interface CallOptions {
  readonly timeout: number;
  readonly retryRequestOptions: { readonly retries: number; readonly noResponseRetries: number };
}

export type AdminClient = generated.BigtableTableAdminClient;
export type ClientOptions = NonNullable<ConstructorParameters<typeof generated.BigtableClient>[0]>;

/** What is used of the optional package. */
export interface ClientPackage {
  newDataClient(options: ClientOptions): DataClient;
  newAdminClient(options: ClientOptions): AdminClient;
  /** For the emulator, which speaks without TLS. */
  insecure(): NonNullable<ClientOptions['sslCreds']>;
}

interface Gax {
  readonly grpc: { readonly credentials: { createInsecure(): NonNullable<ClientOptions['sslCreds']> } };
}

/** The version that package.json names. */
const VERSION = '6.5.1';

/**
 * Loads the client, which takes some 200 ms and is therefore done only where Bigtable is used.
 * @throws TaarError `bigtable-not-installed` (halt)
 */
export async function loadClientPackage(): Promise<ClientPackage> {
  // Only the generated half: the hand-written one needs libraries that package.json leaves out.
  const path = '@google-cloud/bigtable/build/src/v2/index.js' as const;
  let v2: typeof generated;
  let gax: Gax;
  try {
    v2 = await import('@google-cloud/bigtable/build/src/v2/index.js');
    const require = createRequire(createRequire(import.meta.url).resolve(path));
    gax = require('google-gax') as Gax;
  } catch (cause) {
    const what = `the package @google-cloud/bigtable ${VERSION} is not installed, or not whole`;
    const advice = 'run `npm ci` without leaving out optional packages (`--omit=optional`)';
    throw new TaarError('bigtable-not-installed', 'halt', `${what}: ${advice}`, { cause });
  }
  return {
    newDataClient: (options) => new v2.BigtableClient(options),
    newAdminClient: (options) => new v2.BigtableTableAdminClient(options),
    insecure: () => gax.grpc.credentials.createInsecure(),
  };
}
