import type { ModelListing } from '../models/model-listing.ts';
import { modelLines } from './report-lines.ts';
import { type Example, examplesAt, namesIn } from './sample/examples.ts';
import { SHOWN_LEGACY_ID } from './sample/population.ts';

const MAX_SHOWN_CHARACTERS = 100;

/** The active sets, as text with a heading. */
export function servedLines(listing: ModelListing): string {
  const sets = listing.sets.filter(({ active }) => active);
  return `\nServed now:\n${indented(modelLines({ ...listing, sets }))}`;
}

/** Examples to try, each with what it answers now, so that a person sees at once what is meant. */
export async function sampleSummary(
  url: string,
  nameOf: (guid: string) => string | undefined,
): Promise<string> {
  const examples = await Promise.all(examplesAt(url).map((example) => exampleLines(example, url, nameOf)));
  return [
    '',
    'Try, in another terminal:',
    ...examples,
    `  npx taar profile ${SHOWN_LEGACY_ID}   # all that is held about that browser`,
    `  npx taar delete ${SHOWN_LEGACY_ID}    # delete it`,
    '',
    'Ctrl-C ends it; the next start goes on from here.',
  ].join('\n');
}

async function exampleLines(
  { question, path, command }: Example,
  url: string,
  nameOf: (guid: string) => string | undefined,
): Promise<string> {
  const answer = await (await fetch(`${url}${path}`)).text();
  const names = namesIn(answer, nameOf);
  const shown =
    names ?? (answer.length > MAX_SHOWN_CHARACTERS ? `${answer.slice(0, MAX_SHOWN_CHARACTERS)}...` : answer);
  return `  # ${question}\n  ${command}\n  #   answers: ${shown}\n`;
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ').trimEnd();
}
