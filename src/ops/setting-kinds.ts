/** How the text of an environment variable becomes a value. */
export interface SettingKind<T> {
  /** What is allowed, for the table and for error messages. */
  readonly allowed: string;
  /** The value; undefined where the text is not allowed. */
  parse(text: string): T | undefined;
}

/** A whole number in a range, both ends included. */
export function wholeNumber(min: number, max: number): SettingKind<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    parse: (text) => {
      if (!/^-?\d{1,15}$/.test(text)) return undefined;
      const value = Number(text);
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** A decimal number in a range, both ends included. */
export function decimal(min: number, max: number): SettingKind<number> {
  return {
    allowed: `a number from ${min} to ${max}`,
    parse: (text) => {
      if (!/^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return undefined;
      const value = Number(text);
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** One of a few words. */
export function oneOf<const W extends string>(words: readonly W[]): SettingKind<W> {
  return {
    allowed: words.map((word) => `\`${word}\``).join(', '),
    parse: (text) => words.find((word) => word === text),
  };
}

export function yesOrNo(): SettingKind<boolean> {
  return {
    allowed: '`true` or `false`',
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  };
}

/** Text of at least one character. `what` says what it stands for. */
export function textOf(what: string, minCharacters = 1): SettingKind<string> {
  return { allowed: what, parse: (text) => (text.length >= minCharacters ? text : undefined) };
}

/** Text of a certain form. `what` says which. */
export function matching(what: string, form: RegExp): SettingKind<string> {
  return { allowed: what, parse: (text) => (form.test(text) ? text : undefined) };
}

/** Words with commas between them; at least one, none twice. */
export function listOf(what: string, word: RegExp): SettingKind<readonly string[]> {
  return {
    allowed: `${what}, with commas between them`,
    parse: (text) => {
      const words = text.split(',').map((part) => part.trim());
      return words.every((part) => word.test(part)) && new Set(words).size === words.length
        ? words
        : undefined;
    },
  };
}
