import type { google } from '@google-cloud/bigtable/build/protos/protos.js';
import { attempts, within } from './attempts.ts';
import { bigtableError, GRPC, statusOf } from './bigtable-errors.ts';
import { type AdminClient, loadClientPackage } from './client-package.ts';
import { MIRROR_FAMILY, PROFILE_FAMILY, STATE_FAMILY } from './table-layout.ts';
import { clientOptions, instanceName, type TablePlace, tableName } from './table-place.ts';

/** When cells of a family are dropped: of each column all but the newest, and what is older than so many days. */
interface FamilyRule {
  readonly family: string;
  /** Null: no age. */
  readonly maxAgeDays: number | null;
}

/** A step that brings a table to what it should be; `about` is for people. */
export interface TableStep {
  readonly about: string;
  readonly kind: 'create-table' | 'create-family' | 'change-family';
  readonly rule?: FamilyRule;
}

type GcRule = google.bigtable.admin.v2.IGcRule;
type Table = google.bigtable.admin.v2.ITable;

/** A row of TAAR lives as long as TAAR let it; a state as long as a closed row must be remembered. */
const FAMILIES: readonly FamilyRule[] = [
  { family: PROFILE_FAMILY, maxAgeDays: 90 },
  { family: STATE_FAMILY, maxAgeDays: 400 },
  { family: MIRROR_FAMILY, maxAgeDays: null },
];
const DAY_SECONDS = 86_400;
/** Making a table takes Google some seconds. */
const DEADLINE_MS = 30_000;

/**
 * What the table lacks; nothing where it is as it should be.
 * @throws TaarError `bigtable-not-installed`, `view-refused` (halt), `view-unavailable` (retry)
 */
export async function tableDrift(place: TablePlace): Promise<readonly TableStep[]> {
  return withAdmin(place, (admin) => driftOf(admin, place));
}

/** Makes the table and its families, and gives them their rules. @returns what was done. @throws as `tableDrift` */
export async function ensureTable(place: TablePlace): Promise<readonly TableStep[]> {
  return withAdmin(place, async (admin) => {
    const steps = await driftOf(admin, place);
    for (const step of steps) await take(admin, place, step);
    return steps;
  });
}

async function withAdmin<T>(place: TablePlace, work: (admin: AdminClient) => Promise<T>): Promise<T> {
  const loaded = await loadClientPackage();
  const admin = loaded.newAdminClient(clientOptions(place, loaded));
  try {
    return await work(admin);
  } catch (error) {
    throw bigtableError(error, place, 'open');
  } finally {
    await admin.close();
  }
}

async function driftOf(admin: AdminClient, place: TablePlace): Promise<TableStep[]> {
  const table = await tableIn(admin, place);
  const steps: TableStep[] = [];
  if (table === undefined) steps.push({ kind: 'create-table', about: `make the table ${tableName(place)}` });
  for (const rule of FAMILIES) {
    const present = table?.columnFamilies?.[rule.family];
    const about = `family ${rule.family}: ${inWords(rule)}`;
    if (!present) steps.push({ kind: 'create-family', about: `make the ${about}`, rule });
    else if (!isRule(present.gcRule, rule))
      steps.push({ kind: 'change-family', about: `set the ${about}`, rule });
  }
  return steps;
}

async function tableIn(admin: AdminClient, place: TablePlace): Promise<Table | undefined> {
  try {
    const [table] = await call(place, () => admin.getTable({ name: tableName(place), view: 'SCHEMA_VIEW' }));
    return table;
  } catch (error) {
    if (statusOf(error) === GRPC.notFound) return undefined;
    throw error;
  }
}

async function take(admin: AdminClient, place: TablePlace, { kind, rule }: TableStep): Promise<void> {
  try {
    await call(place, async () => {
      if (rule === undefined) {
        const { tableId } = place;
        await admin.createTable({ parent: instanceName(place), tableId, table: {} });
      } else {
        const family = { gcRule: gcRuleOf(rule) };
        const change = kind === 'create-family' ? { create: family } : { update: family };
        const modifications = [{ id: rule.family, ...change }];
        await admin.modifyColumnFamilies({ name: tableName(place), modifications });
      }
    });
  } catch (error) {
    // Somebody else was faster, or an attempt whose answer was lost had done it.
    if (statusOf(error) !== GRPC.alreadyExists) throw error;
  }
}

function call<T>(place: TablePlace, work: () => Promise<T>): Promise<T> {
  const { signal } = new AbortController();
  return attempts(place, { ms: DEADLINE_MS, signal }, (leftMs) => within(leftMs, work()));
}

function gcRuleOf({ maxAgeDays }: FamilyRule): GcRule {
  const newest: GcRule = { maxNumVersions: 1 };
  if (maxAgeDays === null) return newest;
  return { union: { rules: [newest, { maxAge: { seconds: maxAgeDays * DAY_SECONDS } }] } };
}

/** True when a rule says the same, in whatever order. */
function isRule(rule: GcRule | null | undefined, { maxAgeDays }: FamilyRule): boolean {
  const parts = rule?.union?.rules ?? (rule ? [rule] : []);
  const ages = parts.filter((part) => part.maxAge).map((part) => Number(part.maxAge?.seconds));
  const versions = parts.filter((part) => part.maxNumVersions).map((part) => part.maxNumVersions);
  const expected = maxAgeDays === null ? [] : [maxAgeDays * DAY_SECONDS];
  const same = (found: unknown, wanted: unknown) => JSON.stringify(found) === JSON.stringify(wanted);
  return parts.length === ages.length + versions.length && same(ages, expected) && same(versions, [1]);
}

function inWords({ maxAgeDays }: FamilyRule): string {
  return maxAgeDays === null ? 'one version' : `one version, ${maxAgeDays} days`;
}
