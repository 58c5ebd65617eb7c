import { printable } from '../printable.ts';
import type { JudgedCase } from './run-kit.ts';

export interface ConformanceReport {
  /** Answered as the original did, where drawn at random: as it could have. */
  readonly same: number;
  /** Of those, the answers that were held against what could be drawn. */
  readonly drawn: number;
  /** Better than the original. */
  readonly mended: readonly TrimmedCase[];
  readonly different: readonly (TrimmedCase & { readonly faults: readonly string[] })[];
  /** How many cases were not compared, by the reason. */
  readonly notCompared: Readonly<Record<string, number>>;
}

interface TrimmedCase {
  readonly id: string;
  readonly request: string;
  readonly note: string;
}

export function conformanceReport(judged: readonly JudgedCase[]): ConformanceReport {
  const same = judged.filter(({ verdict }) => verdict.kind === 'same');
  const notCompared: Record<string, number> = {};
  for (const { verdict } of judged) {
    if (verdict.kind === 'not-compared') notCompared[verdict.why] = (notCompared[verdict.why] ?? 0) + 1;
  }
  return {
    same: same.length,
    drawn: same.filter(({ one }) => one.uniforms.length > 0).length,
    mended: judged.filter(({ verdict }) => verdict.kind === 'mended').map(trimmed),
    different: judged.flatMap((entry) =>
      entry.verdict.kind === 'different' ? [{ ...trimmed(entry), faults: entry.verdict.faults }] : [],
    ),
    notCompared,
  };
}

export function reportLines({ same, drawn, mended, different, notCompared }: ConformanceReport): string {
  const lines = [
    `${same} answers as the original gave them (${drawn} of them drawn at random: as it could have given them)`,
    `${mended.length} with 400 where the original fails with 500`,
    `${different.length} otherwise`,
  ];
  for (const { id, request, note, faults } of different) {
    lines.push(
      `  ${id} ${request}${note === '' ? '' : ` (${note})`}`,
      ...faults.map((fault) => `    ${fault}`),
    );
  }
  for (const [why, count] of Object.entries(notCompared)) lines.push(`${count} not compared: ${why}`);
  lines.push(
    'Not seen from outside: whether draws have the right chances, and the pages of errors, which are free.',
  );
  // A service may be anything, and its faults repeat what it said.
  return `${lines.map(printable).join('\n')}\n`;
}

function trimmed({ one }: JudgedCase): TrimmedCase {
  return { id: one.id, request: `${one.method} ${one.path}`, note: one.note };
}
