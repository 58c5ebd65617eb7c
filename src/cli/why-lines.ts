import type { ServedItem } from '../domain/served.ts';
import type { ShownAnswer, ShownObservation, WhyReport } from '../serving/feedback/why-report.ts';
import { printable } from './printable.ts';

const SHOWN_DIGITS = 4;

/** How an answer came about, as text. Ids of items are whatever a caller promoted or says to have seen. */
export function whyLines({ answer, observations, searched }: WhyReport): string {
  const lines = [
    ...(answer === null ? [missingLine(searched)] : answerLines(answer)),
    ...observationLines(observations),
  ];
  if (answer !== null && searched === 'part')
    lines.push('there are more observations than are looked through');
  return `${lines.map(printable).join('\n')}\n`;
}

function missingLine(searched: WhyReport['searched']): string {
  return searched === 'all'
    ? 'no record of this answer: it is not written yet, was dropped, is older than 30 days, or another system made it'
    : 'no record of this answer found, but there are more records of its time than are looked through';
}

function answerLines(answer: ShownAnswer): string[] {
  const { at, product, placement, path, setVersion, models, seeded, items, refusals } = answer;
  const versions = models.map(({ model, version }) => `${model} ${version}`);
  const refused = refusals.map(({ reason, count }) => `${reason} ${count}`);
  return [
    `${product}, ${placement}, ${at}`,
    `  path     ${path}`,
    `  set      ${setVersion ?? 'none'}${versions.length === 0 ? '' : ` (${versions.join(', ')})`}`,
    `  draw     ${drawOf(seeded, items)}`,
    items.length === 0 ? '  items    none' : '  items',
    ...items.flatMap(itemLines),
    ...answer.sources.map(
      ({ source, fetched, filtered, ranked, served }) =>
        `  source   ${source}: ${fetched} found, ${filtered} refused, ${ranked} ranked, ${served} served`,
    ),
    ...answer.stages.map(
      (stage) => `  stage    ${stage.stage}: ${stage.in} in, ${stage.out} out, ${stage.microseconds} µs`,
    ),
    ...answer.guards.map(({ component, kind, times }) => `  without  ${component}: ${kind}, ${times} times`),
    `  refused  ${refused.length === 0 ? 'none' : refused.join(', ')}`,
  ];
}

function drawOf(seeded: boolean, items: readonly ServedItem[]): string {
  if (items.every(({ probability }) => probability === null)) return 'none';
  return seeded ? 'with a seed that the request named' : 'by chance';
}

function itemLines({ id, score, probability, contributions, reasons }: ServedItem, index: number): string[] {
  const drawn = probability === null ? '' : `, probability ${shown(probability)}`;
  const parts = contributions.map((part) => `${part.source} ${shown(part.score)}`);
  const why = reasons.map(({ kind, about }) => [kind, ...about].join(' '));
  const details = [...(parts.length === 0 ? [] : [parts.join(' + ')]), ...why];
  const place = `${index + 1}`.padStart(6);
  return [
    `${place}. ${id}  score ${shown(score)}${drawn}`,
    ...(details.length === 0 ? [] : [`        ${details.join('; ')}`]),
  ];
}

function observationLines(observations: readonly ShownObservation[]): string[] {
  if (observations.length === 0) return ['observed   nothing'];
  return observations.map(
    ({ kind, item, at, receivedAt }) => `observed   ${at ?? receivedAt} ${kind} ${item}`,
  );
}

function shown(value: number): string {
  return String(Number(value.toPrecision(SHOWN_DIGITS)));
}
