/** A row that could not be used: where it stands, and why. */
interface NamedRow {
  readonly where: string;
  readonly reason: string;
}

/** A whole damaged file would fill the screen. */
const SHOWN_ROWS = 10;

/** Names the first of `count` rows that were left out; nothing where there are none. */
export function malformedLines(count: number, rows: readonly NamedRow[]): string {
  if (count === 0) return '';
  const shown = rows.slice(0, SHOWN_ROWS).map(({ where, reason }) => `  ${where}: ${reason}\n`);
  return `${count} rows could not be used:\n${shown.join('')}`;
}
