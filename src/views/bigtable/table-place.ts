import type { ClientOptions, ClientPackage } from './client-package.ts';

/** Which table, and how to get there. */
export interface TablePlace {
  readonly projectId: string;
  readonly instanceId: string;
  /** As TAAR called it: `taar_profile`. */
  readonly tableId: string;
  /** host:port of an emulator, as in BIGTABLE_EMULATOR_HOST; without it Google's own, with its default credentials. */
  readonly emulatorHost?: string | undefined;
}

/** gRPC's own 1 to 120 seconds would keep a view away long after Bigtable is back. */
const FIRST_RECONNECT_MS = 100;
const LAST_RECONNECT_MS = 1_000;
/** A connection that died without a word is noticed within the sum of these, if a call waits on it. */
const KEEP_ALIVE_EVERY_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 2_000;
/** Said here, as the client would else ask the metadata server of a cloud that is not there. */
const UNIVERSE = 'googleapis.com';

export function instanceName({ projectId, instanceId }: TablePlace): string {
  return `projects/${projectId}/instances/${instanceId}`;
}

export function tableName(place: TablePlace): string {
  return `${instanceName(place)}/tables/${place.tableId}`;
}

/** The options of a client of this place. */
export function clientOptions(
  place: TablePlace,
  { insecure }: Pick<ClientPackage, 'insecure'>,
): ClientOptions {
  const options: ClientOptions = {
    projectId: place.projectId,
    fallback: false,
    'grpc.initial_reconnect_backoff_ms': FIRST_RECONNECT_MS,
    'grpc.max_reconnect_backoff_ms': LAST_RECONNECT_MS,
    'grpc.keepalive_time_ms': KEEP_ALIVE_EVERY_MS,
    'grpc.keepalive_timeout_ms': KEEP_ALIVE_TIMEOUT_MS,
    // Else a new client would share the dead connection of the one that it replaces.
    'grpc.use_local_subchannel_pool': 1,
  };
  if (place.emulatorHost === undefined) return options;
  const { hostname, port } = new URL(`http://${place.emulatorHost}`);
  const servicePath = hostname;
  return { ...options, servicePath, port: Number(port), sslCreds: insecure(), universeDomain: UNIVERSE };
}
