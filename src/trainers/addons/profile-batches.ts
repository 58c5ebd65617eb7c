import type { EpochMs } from '../../domain/clock.ts';
import { type Fence, isCurrent } from '../../domain/profile.ts';
import { ProjectedReader } from '../../log/projection.ts';
import type { PackedEntries } from '../../views/view.ts';
import { type TrainingAddon, type TrainingProfiles, TrainingProfilesBuilder } from './training-profiles.ts';

/** What the trainers read of a profile; everything else is skipped. */
const KEPT = {
  Profile: ['open', 'alias', 'closed'],
  Open: ['addons', 'facts', 'fence', 'lastSeen'],
  AddonPart: ['addons'],
  SeenAddon: ['id', 'userDisabled', 'appDisabled', 'type', 'foreignInstall', 'isSystem'],
  FactPart: ['channel'],
  Fact: ['value'],
  Alias: ['fence'],
  Closed: ['fence'],
  Fence: ['submittedAt'],
} as const;

type KeptFence = Pick<Fence, 'submittedAt'>;

interface KeptProfile {
  readonly open: {
    readonly addons: { readonly addons: readonly TrainingAddon[] } | null;
    readonly facts: { readonly channel: { readonly value: string } | null } | null;
    readonly fence: KeptFence | null;
    readonly lastSeen: EpochMs;
  } | null;
  readonly alias: { readonly fence: KeptFence | null } | null;
  readonly closed: { readonly fence: KeptFence } | null;
}

export interface ProfileSelection {
  /** Profiles unseen for too long at this moment are left out. */
  readonly now: EpochMs;
  /** Channels whose clients models of taste are trained on. */
  readonly channels: ReadonlySet<string>;
  /** Draws the sample: true for a client key that models of taste are trained on. */
  isSampled(key: string): boolean;
}

/** Turns the packed entries of a view into training columns: current open profiles only. Keeps no key. */
export class ProfileBatches {
  readonly #selection: ProfileSelection;
  readonly #reader = new ProjectedReader<KeptProfile>('addons.Profile', KEPT);
  readonly #builder = new TrainingProfilesBuilder();
  #clients = 0;
  #deletionWatermark: EpochMs = 0;

  constructor(selection: ProfileSelection) {
    this.#selection = selection;
  }

  /** Current profiles taken so far. */
  get clients(): number {
    return this.#clients;
  }

  /** The newest deletion among the rows taken so far; 0 where there is none. */
  get deletionWatermark(): EpochMs {
    return this.#deletionWatermark;
  }

  learn(schemaId: number, schema: string): void {
    this.#reader.learn(schemaId, schema);
  }

  /** @throws TaarError `record-not-decodable` or `schema-unknown` (dead-letter) */
  take({ count, bytes, ends }: PackedEntries): void {
    let start = 0;
    for (let i = 0; i < count; i++) {
      const keyEnd = ends[2 * i] ?? start;
      const end = ends[2 * i + 1] ?? keyEnd;
      this.#takeProfile(bytes, start, keyEnd, this.#reader.read(bytes.subarray(keyEnd, end)));
      start = end;
    }
  }

  build(): TrainingProfiles {
    return this.#builder.build();
  }

  #takeProfile(bytes: Uint8Array, keyStart: number, keyEnd: number, profile: KeptProfile): void {
    const { open, alias, closed } = profile;
    const fence = (open ?? alias ?? closed)?.fence;
    if (fence) this.#deletionWatermark = Math.max(this.#deletionWatermark, fence.submittedAt);
    if (open === null || !isCurrent(open, this.#selection.now)) return;
    this.#clients++;
    const channel = open.facts?.channel?.value;
    const trainable = channel !== undefined && this.#selection.channels.has(channel);
    const sampled = trainable && this.#selection.isSampled(keyText(bytes, keyStart, keyEnd));
    this.#builder.add(open.addons?.addons ?? [], sampled);
  }
}

function keyText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
