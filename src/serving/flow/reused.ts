/**
 * Arrays that are made once and used again by whoever owns them, longer ones when more is needed: making one anew costs
 * as much as filling it. What is asked for holds whatever it held before, and only until it is asked for again.
 */
export class ReusedInts {
  #memory = new Int32Array(0);

  of(length: number): Int32Array {
    if (this.#memory.length < length) this.#memory = new Int32Array(roomFor(length));
    return this.#memory.subarray(0, length);
  }
}

/** The same for doubles. */
export class ReusedDoubles {
  #memory = new Float64Array(0);

  of(length: number): Float64Array {
    if (this.#memory.length < length) this.#memory = new Float64Array(roomFor(length));
    return this.#memory.subarray(0, length);
  }
}

/** Some more than is needed, so that slowly growing work does not grow its memory each time. */
export function roomFor(length: number): number {
  return Math.ceil(length * 1.5);
}
