import { InvalidArgumentError } from 'commander';

export const JSON_OPTION = ['--json', 'print one JSON line, for programs'] as const;

/** Reads an option that is a whole number from `min` to `max`. */
export function wholeNumberOption(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,15}$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** Reads an option that is an http address. */
export function urlOption(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('It takes an address such as http://127.0.0.1:8000.');
  }
  return url.origin;
}
