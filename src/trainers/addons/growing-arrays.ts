const INITIAL_LENGTH = 1024;

/** A Uint32Array that grows as values are pushed. */
export class GrowingNumbers {
  #values = new Uint32Array(INITIAL_LENGTH);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** Forgets what was pushed after the first `length` values. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** What was pushed so far, without copying. */
  view(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** A Uint8Array that grows as values are pushed. */
export class GrowingBytes {
  #values = new Uint8Array(INITIAL_LENGTH);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  view(): Uint8Array {
    return this.#values.subarray(0, this.#length);
  }
}
