import type { DoctorReport, GroupLag } from './control/operations.ts';

/** What the doctor found, as text: a line a check, then a line a partition that is behind. */
export function doctorLines({ url, status, checks, details, lags }: DoctorReport): string {
  const found = Object.entries(checks).map(([name, state]) => {
    const figures = Object.entries(details[name] ?? {}).map(([key, value]) => `${key} ${value}`);
    return `  ${state.padEnd(8)} ${name}${figures.length === 0 ? '' : `: ${figures.join(', ')}`}`;
  });
  const where = url === null ? '' : ` (${url})`;
  return [`${status}${where}`, ...found, ...lags.flatMap(lagLines), ''].join('\n');
}

function lagLines({ aggregate, partitions }: GroupLag): string[] {
  const behind = partitions.filter(({ records }) => records > 0);
  if (behind.length === 0) return [`  lag of ${aggregate}: none in ${partitions.length} partitions`];
  return [
    `  lag of ${aggregate}:`,
    ...behind.map(
      ({ partition, records, seconds }) => `    partition ${partition}: ${records} records, ${seconds} s`,
    ),
  ];
}
