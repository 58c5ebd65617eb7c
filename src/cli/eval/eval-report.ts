import type { Figure, Judgement } from '../../trainers/evaluation/judgement.ts';
import type { PairedInterval } from '../../trainers/evaluation/paired-interval.ts';
import type { Evaluation, StepCosts } from '../../trainers/evaluation/protocol.ts';
import type { Parameters } from '../../trainers/evaluation/ranking-model.ts';

/** Means over users with their standard errors; coverage has none. */
export interface Figures {
  readonly recall: Figure;
  readonly ndcg: Figure;
  readonly hit: Figure;
  readonly coverage: number;
}

/** What `taar eval` tells. */
export interface EvalReport {
  readonly model: string;
  readonly split: string;
  readonly seed: number;
  readonly users: number;
  /** Items that can be recommended. */
  readonly items: number;
  readonly chosen: Parameters;
  readonly candidates: number;
  readonly validNdcg: number;
  readonly figures: Figures;
  readonly parts: readonly { name: string; figures: Figures; difference: PairedInterval }[];
  readonly cpuSeconds: StepCosts & { readonly all: number };
  readonly seconds: number;
}

/** @param run which split and seed, and what it took in all, reading included */
export function evalReport(
  evaluation: Evaluation,
  run: Pick<EvalReport, 'split' | 'seed' | 'seconds'> & { readonly cpuSeconds: number },
): EvalReport {
  const { choice, task, judgement, parts, cpuSeconds } = evaluation;
  return {
    model: choice.name,
    split: run.split,
    seed: run.seed,
    users: task.asked.length,
    items: task.itemIds.length,
    chosen: choice.parameters,
    candidates: choice.candidates,
    validNdcg: choice.ndcg,
    figures: figuresOf(judgement),
    parts: parts.map(({ name, judgement: own, difference }) => ({
      name,
      figures: figuresOf(own),
      difference,
    })),
    cpuSeconds: { ...cpuSeconds, all: run.cpuSeconds },
    seconds: run.seconds,
  };
}

function figuresOf({ recall, ndcg, hit, coverage }: Judgement): Figures {
  return { recall, ndcg, hit, coverage };
}

/** The report for people. */
export function evalLines(report: EvalReport): string {
  const { model, split, users, items, chosen, candidates, validNdcg, figures, parts, cpuSeconds } = report;
  const { choosing, training, ranking, all } = cpuSeconds;
  const lines = [
    `${model} on ${split}: ${users} users, ${items} items`,
    `chosen on valid of ${candidates}: ${parametersText(chosen)} (NDCG@20 ${validNdcg.toFixed(4)})`,
    '',
    row('', 'recall@20', 'NDCG@20', 'hit@20', 'coverage@20'),
    figureRow(model, figures),
    ...parts.map((part) => figureRow(`  ${part.name}`, part.figures)),
    '',
    ...parts.map(({ name, difference }) => `NDCG@20 less that of ${name}: ${intervalText(difference)}`),
    ...(parts.length > 0 ? [''] : []),
    `CPU ${all.toFixed(1)} s (choosing ${choosing.toFixed(1)}, training ${training.toFixed(1)}, ` +
      `ranking ${ranking.toFixed(1)}); time ${report.seconds.toFixed(1)} s`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Parameters in one line. */
export function parametersText(parameters: Parameters): string {
  const entries = Object.entries(parameters);
  return entries.length === 0
    ? 'nothing to choose'
    : entries.map(([name, value]) => `${name} ${value}`).join(', ');
}

function figureRow(name: string, { recall, ndcg, hit, coverage }: Figures): string {
  const [first, second, third] = [recall, ndcg, hit].map(
    ({ mean, standardError }) => `${mean.toFixed(4)} ± ${standardError.toFixed(4)}`,
  );
  return row(name, first, second, third, coverage.toFixed(4));
}

function row(name: string, ...cells: readonly (string | undefined)[]): string {
  return `${name.padEnd(16)}${cells.map((cell) => (cell ?? '').padEnd(18)).join('')}`.trimEnd();
}

function intervalText({ mean, low, high }: PairedInterval): string {
  return `${mean.toFixed(4)}, 95 % interval ${low.toFixed(4)} to ${high.toFixed(4)}`;
}
