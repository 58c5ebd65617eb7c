/** What an add-on has to run on, as far as a catalogue tells platforms apart. */
export type Platform = 'android' | 'windows' | 'mac' | 'linux';

/** Words of a platform's free text, in the order in which they decide: Android calls itself Linux, Darwin ends in win. */
const WORDS: readonly (readonly [RegExp, Platform])[] = [
  [/android|fenix/i, 'android'],
  [/darwin|mac/i, 'mac'],
  [/win|wow64/i, 'windows'],
  [/linux|x11/i, 'linux'],
];

/** The catalogue's names of what runs on a platform; `firefox` is every desktop. */
const NAMES: Readonly<Record<Platform, readonly string[]>> = {
  android: ['all', 'android'],
  windows: ['all', 'firefox', 'windows'],
  mac: ['all', 'firefox', 'mac'],
  linux: ['all', 'firefox', 'linux'],
};

/** The platform that a request's text means (`WOW64`, `Darwin`, `Linux`, `android`); undefined: unknown. */
export function platformOf(text: string | undefined): Platform | undefined {
  if (text === undefined) return undefined;
  return WORDS.find(([word]) => word.test(text))?.[1];
}

/** Whether an add-on for these platforms runs on that one. */
export function runsOn(platforms: readonly string[], platform: Platform): boolean {
  return NAMES[platform].some((name) => platforms.includes(name));
}
