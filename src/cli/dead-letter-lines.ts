import type { LetterListing, ReplayReport } from '../consumers/dead-letters.ts';
import { sizeText } from './report-lines.ts';

/** Dead letters with their counts, as text. */
export function letterLines({ counts, letters }: LetterListing): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return 'no dead letters\n';
  const lines = letters.map(({ position, at, code, source, valueBytes, kept, replayable }) => {
    const size = valueBytes === null ? 'no value' : sizeText(valueBytes);
    const fate = replayable ? 'can be replayed' : kept ? 'key not kept' : 'value not kept';
    return `${position}  ${new Date(at).toISOString()}  ${code}  from ${source ?? 'unknown'}  ${size}, ${fate}\n`;
  });
  const left = total > letters.length ? `the newest ${letters.length} of ${total}:\n` : '';
  return `${countLines(counts)}${left}${lines.join('')}`;
}

/** What a replay came to, as text; what could not be replayed is not passed over. */
export function replayLines({ replayed, refused, next }: ReplayReport): string {
  const goOn = next.map((position) => `  --from ${position}\n`).join('');
  return (
    `${replayed} records appended again\n` +
    `${countLines(refused, 'not replayed, ')}to go on behind these, replay with\n${goOn}`
  );
}

function countLines(counts: Readonly<Record<string, number>>, before = ''): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${`${count}`.padStart(8)}  ${before}${name}\n`).join('');
}
