import type { AddonRecord } from '../../domain/add-on.ts';
import { StringNumbers } from '../../models/string-numbers.ts';
import { GrowingBytes, GrowingNumbers } from './growing-arrays.ts';

/** The fields of an add-on that a trainer looks at. */
export type TrainingAddon = Pick<
  AddonRecord,
  'id' | 'isSystem' | 'appDisabled' | 'type' | 'userDisabled' | 'foreignInstall'
>;

/** Clients and what they have installed, in columns; holds no id of a client. */
export interface TrainingProfiles {
  readonly clients: number;
  /** The guid behind each add-on number, in the order of first sight. */
  readonly guids: readonly string[];
  /** For each client the end of its part of `addons` and `valid`. */
  readonly ends: Uint32Array;
  /** Add-on numbers, client after client. */
  readonly addons: Uint32Array;
  /** Parallel to `addons`: 1 where the flags of the add-on let it count as the person's choice. */
  readonly valid: Uint8Array;
  /** For each client: see TRAINABLE and COUNTED. */
  readonly marks: Uint8Array;
}

/** The client is on a channel that models of taste are trained on, and was drawn into the sample. */
export const TRAINABLE = 1;
/** The client counts in totals. Always so on the stream; rows of the original could lack a client id. */
export const COUNTED = 2;

/**
 * True where an add-on's flags say that a person chose it and uses it (spec/taar-training.md section 7.2). An
 * unknown flag passes; an unknown type does not.
 */
export function hasValidFlags(addon: TrainingAddon): boolean {
  return (
    addon.type === 'extension' &&
    addon.isSystem !== true &&
    addon.appDisabled !== true &&
    addon.userDisabled !== true &&
    addon.foreignInstall !== true
  );
}

/** Collects clients one by one into columns. */
export class TrainingProfilesBuilder {
  readonly #guids = new StringNumbers();
  readonly #ends = new GrowingNumbers();
  readonly #addons = new GrowingNumbers();
  readonly #valid = new GrowingBytes();
  readonly #marks = new GrowingBytes();

  /** `addons` are distinct by id, as a profile has them. */
  add(addons: readonly TrainingAddon[], trainable: boolean, counted = true): void {
    for (const addon of addons) {
      this.#addons.push(this.#guids.numberOf(addon.id));
      this.#valid.push(hasValidFlags(addon) ? 1 : 0);
    }
    this.#ends.push(this.#addons.length);
    this.#marks.push((trainable ? TRAINABLE : 0) | (counted ? COUNTED : 0));
  }

  build(): TrainingProfiles {
    return {
      clients: this.#ends.length,
      guids: this.#guids.strings(),
      ends: this.#ends.view(),
      addons: this.#addons.view(),
      valid: this.#valid.view(),
      marks: this.#marks.view(),
    };
  }
}
