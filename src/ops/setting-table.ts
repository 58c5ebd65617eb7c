import { MIN_PEPPER_CHARACTERS } from '../domain/client-key.ts';
import {
  decimal,
  listOf,
  matching,
  oneOf,
  type SettingKind,
  textOf,
  wholeNumber,
  yesOrNo,
} from './setting-kinds.ts';

/** One setting: an environment variable, what it may hold, and what holds without it. */
export interface Setting<T> {
  readonly variable: string;
  readonly kind: SettingKind<T>;
  readonly standard: T;
  /** What the table shows as default, where the value itself would say nothing. */
  readonly standardText?: string;
  readonly about: string;
  /** True: the value is never printed. */
  readonly secret?: boolean;
}

function setting<T>(
  variable: string,
  kind: SettingKind<T>,
  standard: T,
  about: string,
  extra: Pick<Setting<T>, 'standardText' | 'secret'> = {},
): Setting<T> {
  return { variable, kind, standard, about, ...extra };
}

/** A setting that may be left out, and then is undefined. */
function optional<T>(
  variable: string,
  kind: SettingKind<T>,
  about: string,
  extra: Pick<Setting<T>, 'standardText' | 'secret'> = {},
): Setting<T | undefined> {
  return { variable, kind, standard: undefined, about, ...extra };
}

/** A shorter one could be found by trying. */
const BEARER_TOKEN = matching('at least 16 letters, digits and `-._~+/=`', /^[A-Za-z0-9._~+/=-]{16,}$/);

/** A shorter key could be found by trying. */
export const MIN_TOKEN_KEY_CHARACTERS = 16;

/** Every setting there is. docs/settings.md is generated from this table. */
export const SETTING_TABLE = {
  port: setting('PORT', wholeNumber(0, 65_535), 8000, 'TCP port of intake and answers; 0 takes a free one.'),
  host: setting('HOST', textOf('a host name or address'), '127.0.0.1', 'Address to listen on.'),
  dataDir: setting(
    'DATA_DIR',
    textOf('a folder'),
    './data',
    'Everything that is kept: the log, the views, the control socket. Created where it is missing.',
  ),
  clientKeyPepper: optional(
    'CLIENT_KEY_PEPPER',
    textOf(`text of at least ${MIN_PEPPER_CHARACTERS} characters`, MIN_PEPPER_CHARACTERS),
    'Secret that turns hashed client ids into keys nobody else can make. Fixed for the life of the data.',
    { secret: true, standardText: 'none: the key is the hash itself' },
  ),
  privacyToken: optional(
    'PRIVACY_TOKEN',
    BEARER_TOKEN,
    'Bearer token with which a privacy team asks for deletions and receipts at `/v1/deletions`.',
    { secret: true, standardText: 'none: there is no such route' },
  ),
  apiToken: optional(
    'API_TOKEN',
    BEARER_TOKEN,
    'Bearer token of the routes that tell of a client: recommendations, client_has_addon and `/v2/`.',
    { secret: true, standardText: 'none: they are open to whoever reaches `HOST`' },
  ),
  tokenKey: optional(
    'TOKEN_KEY',
    textOf(`text of at least ${MIN_TOKEN_KEY_CHARACTERS} characters`, MIN_TOKEN_KEY_CHARACTERS),
    'Secret that the tokens of answers are signed with; the same on all nodes that answer and take observations.',
    { secret: true, standardText: 'one in `DATA_DIR`; on Kafka a new one at each start' },
  ),
  geoipCityDatabase: optional(
    'GEOIP_CITY_DATABASE',
    textOf('a file'),
    'MMDB file that gives city and country of an address.',
    { standardText: 'none: city and country stay unknown' },
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    yesOrNo(),
    false,
    'Take the client address from X-Forwarded-For. Only behind a proxy of your own that sets it.',
  ),
  kafkaBrokers: optional(
    'KAFKA_BROKERS',
    listOf('addresses `host:port`', /^[^\s,:]+:\d{1,5}$/),
    'Some brokers of the Kafka cluster that holds the log. With it the roles run as processes of their own.',
    { standardText: 'none: the log is in `DATA_DIR`' },
  ),
  kafkaPrefix: setting(
    'KAFKA_PREFIX',
    matching('letters, digits, dots, dashes and underscores', /^[A-Za-z0-9._-]{0,100}$/),
    '',
    'Put before the names of topics, groups and transactional ids, so that two systems can share a cluster.',
    { standardText: 'none' },
  ),
  kafkaReplication: optional(
    'KAFKA_REPLICATION',
    wholeNumber(1, 10),
    'How many brokers keep each record of the topics that `taar topics apply` creates.',
    { standardText: 'what the cluster does by itself' },
  ),
  kafkaTls: setting('KAFKA_TLS', yesOrNo(), false, 'Speak TLS with the brokers.'),
  kafkaTlsCa: optional(
    'KAFKA_TLS_CA',
    textOf('a file'),
    'Certificates (PEM) of who signs those of the brokers.',
    { standardText: 'those that Node knows' },
  ),
  kafkaTlsCert: optional('KAFKA_TLS_CERT', textOf('a file'), 'Certificate (PEM) that this process shows.', {
    standardText: 'none',
  }),
  kafkaTlsKey: optional('KAFKA_TLS_KEY', textOf('a file'), 'Key (PEM) of `KAFKA_TLS_CERT`.', {
    standardText: 'none',
  }),
  kafkaSaslMechanism: optional(
    'KAFKA_SASL_MECHANISM',
    oneOf(['plain', 'scram-sha-256', 'scram-sha-512']),
    'How this process shows the brokers who it is.',
    { standardText: 'not at all' },
  ),
  kafkaSaslUsername: optional('KAFKA_SASL_USERNAME', textOf('a name'), 'Name for SASL.', {
    standardText: 'none',
  }),
  kafkaSaslPassword: optional('KAFKA_SASL_PASSWORD', textOf('a password'), 'Password for SASL.', {
    secret: true,
    standardText: 'none',
  }),
  schemaRegistryUrl: optional(
    'SCHEMA_REGISTRY_URL',
    matching('an http address', /^https?:\/\/\S+$/),
    'Schema registry that speaks the protocol of Confluent, path included. Goes with `KAFKA_BROKERS`.',
    { standardText: 'none' },
  ),
  schemaRegistryUsername: optional('SCHEMA_REGISTRY_USERNAME', textOf('a name'), 'Name for the registry.', {
    standardText: 'none',
  }),
  schemaRegistryPassword: optional(
    'SCHEMA_REGISTRY_PASSWORD',
    textOf('a password'),
    'Password for the registry.',
    { secret: true, standardText: 'none' },
  ),
  serveFrom: setting(
    'SERVE_FROM',
    oneOf(['rocksdb', 'bigtable']),
    'rocksdb',
    'Where `taar serve` reads profiles: a view of its own in `DATA_DIR`, or the mirror in Bigtable.',
  ),
  bigtableInstance: optional(
    'BIGTABLE_INSTANCE',
    matching('`projects/P/instances/I`', /^projects\/[^/\s]+\/instances\/[^/\s]+$/),
    'Bigtable instance of the mirror.',
    { standardText: 'none: there is no mirror' },
  ),
  bigtableTable: setting(
    'BIGTABLE_TABLE',
    matching('a table name', /^[A-Za-z0-9._-]{1,50}$/),
    'taar_profile',
    'Table of the mirror.',
  ),
  bigtableEmulatorHost: optional(
    'BIGTABLE_EMULATOR_HOST',
    matching('an address `host:port`', /^[^\s:]+:\d{1,5}$/),
    'Emulator to use in place of Bigtable.',
    { standardText: 'none' },
  ),
  trainChannels: setting(
    'TRAIN_CHANNELS',
    listOf('channels such as `release`, `esr`, `beta`', /^[a-z][a-z0-9-]{0,31}$/),
    ['release', 'esr'],
    'Update channels of the browsers that models are trained on.',
  ),
  trainSampleRate: setting(
    'TRAIN_SAMPLE_RATE',
    decimal(0, 1),
    1,
    'Share of the browsers that the co-installation model counts. Mozilla used 0.05 at its size.',
  ),
  trainMinPairCount: setting(
    'TRAIN_MIN_PAIR_COUNT',
    wholeNumber(1, 1_000_000),
    1,
    'Pairs of add-ons that fewer browsers have are left out of the model. 1 is what TAAR did; more hides what single people have.',
  ),
  trainEveryMinutes: setting(
    'TRAIN_EVERY_MINUTES',
    wholeNumber(1, 10_080),
    1440,
    'Train at least this often, also when little has changed.',
  ),
  trainGapSeconds: setting(
    'TRAIN_GAP_SECONDS',
    wholeNumber(1, 86_400),
    300,
    'Train at most this often, also when much has changed or a deletion waits.',
  ),
  seed: setting(
    'SEED',
    wholeNumber(0, 4_294_967_295),
    42,
    'Seed of everything random: training, sampling, the simulated population.',
  ),
  taarMaxResults: setting(
    'TAAR_MAX_RESULTS',
    wholeNumber(1, 100),
    10,
    "How many add-ons TAAR's own route draws for a client; promoted ones come on top.",
  ),
  taarStrategy: setting(
    'TAAR_STRATEGY',
    oneOf(['ensemble', 'ordered']),
    'ensemble',
    'How sources make one recommendation: all together by weight, or the first that can.',
  ),
  paramsFile: optional(
    'PARAMS_FILE',
    textOf('a file'),
    'Rules (JSON) that change params of `/v2/recommendations`; see serving.md.',
    { standardText: 'none' },
  ),
  taarliteMaxResults: setting(
    'TAARLITE_MAX_RESULTS',
    wholeNumber(1, 100),
    4,
    'How many add-ons a TAARlite answer holds; it holds as many or none.',
  ),
  taarliteTruncate: optional(
    'TAARLITE_TRUNCATE',
    wholeNumber(1, 1000),
    'How many co-installed add-ons TAARlite looks at.',
    { standardText: '5 × `TAARLITE_MAX_RESULTS`' },
  ),
  logLevel: setting(
    'LOG_LEVEL',
    oneOf(['error', 'warn', 'info', 'debug']),
    'info',
    'What is worth a log line. `debug` also prints stack traces.',
  ),
  logFormat: optional(
    'LOG_FORMAT',
    oneOf(['mozlog', 'text']),
    'Log lines as mozlog 2.0 JSON, or as short text.',
    { standardText: '`text` on a terminal, else `mozlog`' },
  ),
} as const;

export type SettingName = keyof typeof SETTING_TABLE;
