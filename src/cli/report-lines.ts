import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../domain/clock.ts';
import type { Manifest, SetMember } from '../domain/model-records.ts';
import { isImported } from '../models/model-import.ts';
import type { ListedSet, ModelListing } from '../models/model-listing.ts';
import type { TrainReport } from './control/operations.ts';
import { UsageError } from './failure.ts';

/** As many as the longest name of a model has characters. */
const MODEL_COLUMNS = 13;

/** The sets that are or can be served, with their members, as text. */
export function modelLines(listing: ModelListing): string {
  if (listing.sets.length === 0) return 'no models yet; taar train makes some\n';
  return listing.sets.map((set) => setLines(set, listing)).join('');
}

function setLines(set: ListedSet, listing: ModelListing): string {
  const { activation } = set;
  const since =
    activation === undefined
      ? 'can be brought back'
      : `active since ${new Date(activation.at).toISOString()} (${activation.by}: ${activation.reason})`;
  const members = set.members.map(({ model, version }) => {
    const found = listing.models.find(
      ({ manifest }) => manifest.model === model && manifest.version === version,
    );
    const facts = found === undefined ? 'gone' : factsOf(found.manifest, found.ageMs);
    return `    ${model.padEnd(MODEL_COLUMNS)} ${version}  ${facts}\n`;
  });
  return `${set.product}  ${set.setVersion}  ${since}\n${members.join('')}`;
}

function factsOf(manifest: Manifest, ageMs: number): string {
  const origin = isImported(manifest) ? 'imported' : `of ${manifest.clients} clients`;
  return `${sizeText(manifest.bytes)}, ${origin}, ${ageText(ageMs)} old`;
}

/**
 * One set with the manifests of its members; the first active one where no version is given.
 * @throws UsageError where there is no such set
 */
export function setDetails(listing: ModelListing, setVersion: string | undefined): object {
  const { members, ...rest } = setOf(listing, setVersion);
  const manifests = members.map((member) => manifestOf(listing, member) ?? { ...member, gone: true });
  return { ...rest, manifests };
}

/** The manifests of a set's members that are still there. @throws UsageError as `setDetails` */
export function manifestsOfSet(listing: ModelListing, setVersion: string | undefined): readonly Manifest[] {
  const manifests = setOf(listing, setVersion).members.map((member) => manifestOf(listing, member));
  return manifests.filter((manifest) => manifest !== undefined);
}

function setOf(listing: ModelListing, setVersion: string | undefined): ListedSet {
  const set = listing.sets.find((candidate) =>
    setVersion === undefined ? candidate.active : candidate.setVersion === setVersion,
  );
  if (set === undefined) {
    throw new UsageError(
      setVersion === undefined
        ? 'there is no active set; taar train makes one'
        : `there is no set ${setVersion}`,
    );
  }
  return set;
}

function manifestOf(listing: ModelListing, { model, version }: SetMember): Manifest | undefined {
  return listing.models.find(({ manifest }) => manifest.model === model && manifest.version === version)
    ?.manifest;
}

/** What a training came to, as text. */
export function trainingLines(report: TrainReport): string {
  const refusals = report.refusals.map(({ model, reason }) => `  ${model}: ${reason}\n`).join('');
  if (!report.published) return `nothing published, what served goes on serving\n${refusals}`;
  const models = report.models
    .map(({ model, version }) => `  ${model.padEnd(MODEL_COLUMNS)} ${version}\n`)
    .join('');
  return `trained on ${report.clients} clients; active is set ${report.setVersion}\n${models}${refusals}`;
}

export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A duration in its largest fitting unit. */
export function ageText(milliseconds: EpochMs): string {
  if (milliseconds < MINUTE_MS) return `${Math.max(0, Math.round(milliseconds / 1000))} s`;
  if (milliseconds < HOUR_MS) return `${Math.floor(milliseconds / MINUTE_MS)} min`;
  return milliseconds < DAY_MS
    ? `${Math.floor(milliseconds / HOUR_MS)} h`
    : `${Math.floor(milliseconds / DAY_MS)} d`;
}
