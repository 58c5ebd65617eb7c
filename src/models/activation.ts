import type { Clock } from '../domain/clock.ts';
import { TaarError } from '../domain/errors.ts';
import type { ActiveSet, ModelSet, SetMember } from '../domain/model-records.ts';
import type { EventLog, ExclusiveWriter } from '../log/event-log.ts';
import type { RecordCodec } from '../log/record-codec.ts';
import { type Erasure, planErasure } from './erasure.ts';
import { PublishedModels } from './published-models.ts';
import {
  assertComplete,
  haveSameMembers,
  newSet,
  previousAfter,
  retiredVersions,
  setsOf,
} from './set-rules.ts';
import { tombstonesOf } from './tombstones.ts';

/** Who activates and why; both are kept with the set. */
export interface Activation {
  readonly product: string;
  readonly by: string;
  readonly reason: string;
  /** The set that the caller means to replace; null for none. Left out: whichever is active. */
  readonly expected?: string | null;
}

/** Activates, brings back and erases (DESIGN section 8), as the one fenced writer of a product's sets. */
export class SetActivator {
  readonly #log: EventLog;
  readonly #codec: RecordCodec;
  readonly #clock: Clock;
  readonly #published: PublishedModels;
  /** Callers of this process wait for each other; they would fence each other off for nothing. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(log: EventLog, codec: RecordCodec, clock: Clock) {
    this.#log = log;
    this.#codec = codec;
    this.#clock = clock;
    this.#published = new PublishedModels(log, codec);
  }

  /**
   * Makes these versions the product's active set and tombstones versions that no set can need again. Members that
   * are active already change nothing.
   * @throws TaarError `set-changed-meanwhile` (retry): another set was activated since; `model-missing`,
   *   `parent-missing`, `set-invalid` (halt)
   */
  activate(activation: Activation, members: readonly SetMember[]): Promise<ActiveSet> {
    return this.#alone(activation, async (current, writer) => {
      if (current !== undefined && haveSameMembers(current.active.members, members)) return current;
      return this.#replace(activation, current, newSet(members, current, this.#clock()), writer);
    });
  }

  /**
   * Brings back one of the product's last sets.
   * @throws TaarError `set-unknown` (halt) where it is none of them; otherwise as `activate`
   */
  activatePrevious(activation: Activation, setVersion: string): Promise<ActiveSet> {
    return this.#alone(activation, async (current, writer) => {
      const found = setsOf(current).find((set) => set.setVersion === setVersion);
      if (current === undefined || found === undefined) {
        throw new TaarError(
          'set-unknown',
          'halt',
          `${setVersion} is none of the sets of ${activation.product} that are kept; see taar models list`,
        );
      }
      if (found === current.active) return current;
      return this.#replace(activation, current, found, writer);
    });
  }

  /**
   * Tombstones versions (`model@version`) for good and takes the sets that hold them from those that can be
   * brought back. Versions that the active set of any product needs are left and told.
   * @throws TaarError `set-changed-meanwhile` (retry)
   */
  erase(activation: Activation, versions: readonly string[]): Promise<Erasure> {
    return this.#alone(activation, async (_current, writer) => {
      const { erasure, manifests, set } = planErasure(activation.product, versions, this.#published);
      if (set !== undefined) await writer.append([this.#record(set)]);
      for (const manifest of manifests) await writer.append(tombstonesOf(manifest));
      return erasure;
    });
  }

  async #replace(
    { product, by, reason }: Activation,
    current: ActiveSet | undefined,
    next: ModelSet,
    writer: ExclusiveWriter,
  ): Promise<ActiveSet> {
    assertComplete(next.members, this.#published.manifests);
    const set: ActiveSet = {
      product,
      active: next,
      previous: previousAfter(current, next),
      activatedAt: this.#clock(),
      activatedBy: by,
      reason,
    };
    await writer.append([this.#record(set)]);
    await this.#retire(product, writer);
    return set;
  }

  /** What could not be retired now is retired after the next activation, so the present one has not failed. */
  async #retire(product: string, writer: ExclusiveWriter): Promise<void> {
    try {
      await this.#published.catchUp();
      const retired = retiredVersions(product, this.#published);
      for (const manifest of retired) await writer.append(tombstonesOf(manifest));
    } catch (error) {
      if (!(error instanceof TaarError)) throw error;
    }
  }

  #record(set: ActiveSet) {
    const value = this.#codec.encode('models.ActiveSet', set);
    return { topic: 'models.set.activated.v1', key: set.product, value } as const;
  }

  /** Runs work as the product's only writer, on what the log holds at its end. */
  async #alone<R>(
    { product, expected }: Activation,
    work: (current: ActiveSet | undefined, writer: ExclusiveWriter) => Promise<R>,
  ): Promise<R> {
    const turn = this.#last.then(async () => {
      const writer = await this.#log.exclusiveWriter(`set.${product}`);
      await this.#published.catchUp();
      const current = this.#published.sets.get(product);
      if (expected !== undefined && expected !== (current?.active.setVersion ?? null)) {
        throw changedMeanwhile(product);
      }
      return work(current, writer);
    });
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } catch (error) {
      if (error instanceof TaarError && error.code === 'writer-fenced')
        throw changedMeanwhile(product, error);
      throw error;
    }
  }
}

function changedMeanwhile(product: string, cause?: TaarError): TaarError {
  return new TaarError(
    'set-changed-meanwhile',
    'retry',
    `another set of ${product} was activated in the meantime; look at it and try again`,
    cause === undefined ? undefined : { cause },
  );
}
