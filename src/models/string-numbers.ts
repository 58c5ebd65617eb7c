/** Gives each different string a number, in the order in which they come. */
export class StringNumbers {
  readonly #numbers = new Map<string, number>();

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }

  strings(): string[] {
    return [...this.#numbers.keys()];
  }
}
