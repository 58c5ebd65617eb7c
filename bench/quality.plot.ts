import { readFileSync, writeFileSync } from 'node:fs';
import { type EvalReport, parametersText } from '../src/cli/eval/eval-report.ts';

/**
 * Draws docs/quality.svg, NDCG@20 against training time, of what `taar eval --json` printed: a line for each model and
 * split in docs/quality.jsonl. Prints the rows of the table in docs/quality.md. `node bench/quality.plot.ts`
 */
const DATA = new URL('../docs/quality.jsonl', import.meta.url);
const DRAWING = new URL('../docs/quality.svg', import.meta.url);

const PANEL = { width: 300, height: 240, left: 52, top: 40, gap: 70, bottom: 48 };
/** CPU seconds at both ends; less than the first is drawn there. */
const TIMES = [0.001, 100] as const;
const COLOURS: Readonly<Record<string, string>> = {
  popularity: '#777777',
  itemknn: '#0072b2',
  linear: '#d55e00',
  collaborative: '#009e73',
  blend: '#cc79a7',
};

const reports = readFileSync(DATA, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as EvalReport);
writeFileSync(DRAWING, drawing(reports));
process.stdout.write(reports.map((report) => `${tableRow(report)}\n`).join(''));

function tableRow({ split, model, figures, chosen, cpuSeconds }: EvalReport): string {
  const [recall, ndcg, hit] = [figures.recall, figures.ndcg, figures.hit].map(
    ({ mean, standardError }) => `${mean.toFixed(4)} ± ${standardError.toFixed(4)}`,
  );
  const cells = [split, model, recall, ndcg, hit, figures.coverage.toFixed(3), parametersText(chosen)];
  return `| ${[...cells, `${cpuSeconds.training.toFixed(1)} / ${cpuSeconds.all.toFixed(0)}`].join(' | ')} |`;
}

function drawing(all: readonly EvalReport[]): string {
  const splits = [...new Set(all.map(({ split }) => split))];
  const step = PANEL.width + PANEL.gap;
  const width = PANEL.left + splits.length * step;
  const height = PANEL.top + PANEL.height + PANEL.bottom;
  const panels = splits.map((split, i) => {
    const own = all.filter((report) => report.split === split);
    return `<g transform="translate(${PANEL.left + i * step} ${PANEL.top})">\n${panel(split, own)}\n</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    '  font-family="sans-serif" font-size="12">',
    '<title>NDCG@20 against training time of each model, on each data set</title>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function panel(split: string, reports: readonly EvalReport[]): string {
  const top = Math.ceil(10 * Math.max(...reports.map(({ figures }) => figures.ndcg.mean)) + 0.5) / 10;
  const y = (ndcg: number) => PANEL.height * (1 - ndcg / top);
  const lines = Array.from({ length: Math.round(top * 10) + 1 }, (_, tenth) => tenth / 10).map(
    (value) =>
      `<path d="M0 ${round(y(value))}H${PANEL.width}" stroke="#dddddd"/>` +
      `<text x="-6" y="${round(y(value) + 4)}" text-anchor="end">${value.toFixed(1)}</text>`,
  );
  return [
    `<text y="-16" font-weight="bold">${split}</text>`,
    ...lines,
    ...decades().map((seconds) => mark(seconds)),
    `<text x="${PANEL.width / 2}" y="${PANEL.height + 36}" text-anchor="middle">training, CPU seconds</text>`,
    ...reports.map((report) => point(report, y)),
  ].join('\n');
}

function mark(seconds: number): string {
  const at = round(x(seconds));
  return (
    `<path d="M${at} 0V${PANEL.height}" stroke="#eeeeee"/>` +
    `<text x="${at}" y="${PANEL.height + 18}" text-anchor="middle">${seconds}</text>`
  );
}

/** A dot with a bar of one standard error each way. */
function point({ model, figures, cpuSeconds }: EvalReport, y: (ndcg: number) => number): string {
  const { mean, standardError } = figures.ndcg;
  const [at, colour] = [x(cpuSeconds.training), COLOURS[model] ?? '#000000'];
  const isFarRight = at > 0.7 * PANEL.width;
  // The blend stands above the best single model, its name too.
  const label = y(mean) + (model === 'blend' ? -8 : 14);
  return (
    `<path d="M${round(at)} ${round(y(mean - standardError))}V${round(y(mean + standardError))}" stroke="${colour}"/>` +
    `<circle cx="${round(at)}" cy="${round(y(mean))}" r="4" fill="${colour}"/>` +
    `<text x="${round(at + (isFarRight ? -7 : 7))}" y="${round(label)}" fill="${colour}" ` +
    `text-anchor="${isFarRight ? 'end' : 'start'}">${model} ${mean.toFixed(3)}</text>`
  );
}

/** The place of a time, on a scale of factors. */
function x(seconds: number): number {
  const [first, last] = TIMES;
  const share = Math.log(Math.max(seconds, first) / first) / Math.log(last / first);
  return PANEL.width * Math.min(1, share);
}

function decades(): number[] {
  const [first, last] = TIMES;
  const count = Math.round(Math.log10(last / first)) + 1;
  return Array.from({ length: count }, (_, i) => Number((first * 10 ** i).toPrecision(1)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
