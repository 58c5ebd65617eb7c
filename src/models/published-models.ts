import type { ActiveSet, Manifest } from '../domain/model-records.ts';
import type { EventLog } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { LatestRecords } from './latest-records.ts';
import type { Existing } from './set-rules.ts';

/** What exists of models and sets, as of the last `catchUp`. */
export class PublishedModels implements Existing {
  readonly #manifests: LatestRecords<'models.Manifest'>;
  readonly #sets: LatestRecords<'models.ActiveSet'>;

  constructor(log: EventLog, codec: RecordCodec) {
    this.#manifests = new LatestRecords(log, codec, 'models.manifest.published.v1', 'models.Manifest');
    this.#sets = new LatestRecords(log, codec, 'models.set.activated.v1', 'models.ActiveSet');
  }

  /** Sets first: the manifests of a set that is read are in the log before it. */
  async catchUp(): Promise<void> {
    await this.#sets.catchUp();
    await this.#manifests.catchUp();
  }

  /** By `model@version`. */
  get manifests(): ReadonlyMap<string, Manifest> {
    return this.#manifests.values;
  }

  /** By product. */
  get sets(): ReadonlyMap<string, ActiveSet> {
    return this.#sets.values;
  }
}
