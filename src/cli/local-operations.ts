import type { ConsumerLag } from '../consumers/consumer-lag.ts';
import {
  DeadLetters,
  type LetterDetails,
  type LetterListing,
  type LetterSelection,
  type ReplayReport,
} from '../consumers/dead-letters.ts';
import type { Sha256Hex } from '../domain/client-key.ts';
import type { Clock } from '../domain/clock.ts';
import { TaarError } from '../domain/errors.ts';
import type { Listing } from '../domain/listing.ts';
import { requestIdAt } from '../domain/request-id.ts';
import type { SetActivator } from '../models/activation.ts';
import { type ImportedModel, importModels } from '../models/model-import.ts';
import { listModels, type ModelListing } from '../models/model-listing.ts';
import { PublishedModels } from '../models/published-models.ts';
import { ModelPublisher } from '../models/publisher.ts';
import { chunkOf } from '../models/stored-chunk.ts';
import type { HealthReport } from '../ops/health.ts';
import { publishListings } from '../producers/catalogue.ts';
import { requestDeletion } from '../producers/deletion.ts';
import type { ErasureReport } from '../producers/erasure-report.ts';
import { type ProfileRow, publishRows, type TakenRows } from '../producers/profile-row.ts';
import { ReceiptSearch } from '../producers/receipt-search.ts';
import type { WhyReport } from '../serving/feedback/why-report.ts';
import { WhySearch } from '../serving/feedback/why-search.ts';
import type { TrainedModelName } from '../trainers/trained-models.ts';
import type { TrainingRole } from '../trainers/training-role.ts';
import { ProfileReader } from '../views/profile-reader.ts';
import { StateView } from '../views/state-view.ts';
import type { View } from '../views/view.ts';
import type {
  DeletionReport,
  DoctorReport,
  Operations,
  ProfileReport,
  StatusReport,
  TrainReport,
} from './control/operations.ts';
import { heldRows } from './held-rows.ts';
import type { OpenedLog } from './open-log.ts';

const PRODUCT = 'addons';
const WHO = 'operator';

/** Where states are read from: a view, or what can stand in for one. */
export type StateSource = Pick<View, 'get' | 'getMany'>;

export interface LocalParts {
  readonly stores: OpenedLog & { readonly profiles: StateSource };
  readonly trainNow: TrainingRole['trainNow'];
  readonly activator: SetActivator;
  readonly clock: Clock;
  readonly health: () => Promise<HealthReport>;
  readonly lags: readonly ConsumerLag[];
  /** Where this process answers; null where it does not. */
  readonly url: () => string | null;
  /** Resolves when everything on the log is worked through; false where that takes too long or cannot be. */
  readonly settled: () => Promise<boolean>;
}

/** The operations, carried out by the process that has the data open. */
export class LocalOperations implements Operations {
  readonly #parts: LocalParts;
  readonly #published: PublishedModels;
  readonly #rows: StateView<'addons.Profile'>;
  readonly #profiles: ProfileReader;
  readonly #letters: DeadLetters;
  readonly #receipts: ReceiptSearch;
  readonly #answers: WhySearch;

  constructor(parts: LocalParts) {
    const { log, codec, profiles: view } = parts.stores;
    this.#parts = parts;
    this.#published = new PublishedModels(log, codec);
    this.#rows = new StateView({ view, codec, topic: 'addons.profile.changed.v1', type: 'addons.Profile' });
    this.#profiles = new ProfileReader(view, codec);
    this.#letters = new DeadLetters(log, codec);
    this.#receipts = new ReceiptSearch(log, codec);
    this.#answers = new WhySearch(log, codec);
  }

  async status(): Promise<StatusReport> {
    const { status, checks } = await this.#parts.health();
    return { pid: process.pid, url: this.#parts.url(), status, checks };
  }

  async doctor(): Promise<DoctorReport> {
    const { health, url, lags } = this.#parts;
    const reports = lags.map(async (lag) => ({ aggregate: lag.name, partitions: await lag.report() }));
    return { pid: process.pid, url: url(), ...(await health()), lags: await Promise.all(reports) };
  }

  async profile(sha: Sha256Hex): Promise<ProfileReport> {
    const clientKey = this.#parts.stores.keys.of(sha);
    const row = await this.#rows.get(clientKey);
    if (row === undefined) return { clientKey, profile: null };
    // An alias whose canonical row is not there yet is all there is to show.
    const found = row.kind === 'alias' ? ((await this.#profiles.read(clientKey))?.profile ?? row) : row;
    return { clientKey, ...heldRows(found, row.kind === 'alias' && found !== row ? row : undefined) };
  }

  async delete(sha: Sha256Hex, reopen: boolean): Promise<DeletionReport> {
    const { stores, clock, settled } = this.#parts;
    const key = stores.keys.of(sha);
    const newId = (): string => requestIdAt(clock());
    const requestId = await requestDeletion({ ...stores, clock, newId }, key, { reopen });
    return { requestId, carriedOut: await settled() };
  }

  receipt(requestId: string): Promise<ErasureReport> {
    return this.#receipts.find(requestId);
  }

  why(token: string): Promise<WhyReport> {
    return this.#answers.find(token);
  }

  async train(models: readonly TrainedModelName[] | undefined, force: boolean): Promise<TrainReport> {
    await this.#parts.settled();
    const { clients, refusals, active } = await this.#parts.trainNow('asked for', { models, force });
    const published = refusals.length === 0 && active !== undefined;
    return {
      published,
      setVersion: published ? active.active.setVersion : null,
      models: published ? active.active.members : [],
      clients,
      refusals,
    };
  }

  async models(): Promise<ModelListing> {
    await this.#published.catchUp();
    return listModels(this.#published, this.#parts.clock());
  }

  async activate(setVersion: string, reason: string): Promise<ModelListing> {
    await this.#parts.activator.activatePrevious({ product: PRODUCT, by: WHO, reason }, setVersion);
    return this.models();
  }

  async importModels(models: readonly ImportedModel[], reason: string): Promise<ModelListing> {
    const { stores, activator, clock } = this.#parts;
    const publisher = new ModelPublisher(stores.log, stores.codec, clock);
    const parts = { publisher, activator, published: this.#published };
    await importModels(parts, models, { product: PRODUCT, by: WHO, reason });
    return this.models();
  }

  async modelChunk(model: string, index: number): Promise<Uint8Array> {
    const { log, codec } = this.#parts.stores;
    await this.#published.catchUp();
    const manifest = this.#published.manifests.get(model);
    if (manifest === undefined) throw new TaarError('model-missing', 'halt', `${model} has no manifest`);
    return chunkOf(log, codec, manifest, index);
  }

  importProfiles(rows: readonly ProfileRow[]): Promise<TakenRows> {
    const { stores, clock } = this.#parts;
    return publishRows(stores, rows, clock());
  }

  async loadCatalogue(listings: readonly Listing[]): Promise<{ readonly loaded: number }> {
    return { loaded: await publishListings(this.#parts.stores, listings) };
  }

  deadLetters(selection: LetterSelection, limit: number): Promise<LetterListing> {
    return this.#letters.list(selection, limit);
  }

  deadLetter(position: string): Promise<LetterDetails> {
    return this.#letters.show(position);
  }

  replayDeadLetters(selection: LetterSelection): Promise<ReplayReport> {
    return this.#letters.replay(selection);
  }
}
