/** How TAARlite weighs a pair count (spec/taar-serving.md section 5.8); the names are those of the query. */
export const MODES = ['none', 'row_count', 'row_sum', 'rownorm_sum', 'guidception'] as const;
export type Mode = (typeof MODES)[number];

/** The mode of a request that names none. */
export const DEFAULT_MODE: Mode = 'rownorm_sum';

/** The mode that a query names; undefined where there is no such mode. Case counts. */
export function parseMode(text: string): Mode | undefined {
  return MODES.find((mode) => mode === text);
}
