import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CaseReport } from './case-report.ts';
import { GoldenFolder } from './folder.ts';
import type { GoldenCheck } from './golden.ts';

const USAGE = 'usage: npm run goldens -- [--dir DIR] [--set NAME] [--only family/name]\n';
const CHECKS = new URL('./checks/', import.meta.url);
const OWN_COPIES = fileURLToPath(new URL('./data', import.meta.url));
/** Enough to see what is wrong; a broken formula fails hundreds of cases in the same way. */
const SHOWN_FAILURES = 3;

interface Options {
  readonly dir: string;
  readonly set: string;
  readonly only: string | undefined;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        dir: { type: 'string', default: OWN_COPIES },
        set: { type: 'string', default: 'visible' },
        only: { type: 'string' },
      },
    });
    return { dir: values.dir, set: values.set, only: values.only };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

async function readChecks(): Promise<ReadonlyMap<string, GoldenCheck>> {
  const files = readdirSync(CHECKS).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(
    files.map((file) => import(new URL(file, CHECKS).href) as Promise<{ check: GoldenCheck }>),
  );
  return new Map(modules.map(({ check }) => [check.file, check]));
}

/** Runs one check; what it throws, and finding nothing to check, are failures. */
async function runCheck(check: GoldenCheck, files: GoldenFolder): Promise<CaseReport> {
  const report = new CaseReport();
  try {
    await check.run(await files.load(check.file), report, files);
    if (report.passed + report.failures.length === 0) report.check('file', false, 'no case ran');
  } catch (error) {
    report.check('file', false, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return report;
}

function printReport(name: string, report: CaseReport): void {
  const { passed, failures, rules } = report;
  print(
    `${name}: ${failures.length === 0 ? 'passed' : 'failed'} (${passed} passed, ${failures.length} failed)`,
  );
  for (const { id, difference } of failures.slice(0, SHOWN_FAILURES)) print(`  ${id}: ${difference}`);
  if (failures.length > SHOWN_FAILURES) print(`  … and ${failures.length - SHOWN_FAILURES} more`);
  for (const [rule, times] of [...rules].sort(([a], [b]) => (a < b ? -1 : 1))) {
    print(`  rule applied: ${rule}: ${times}`);
  }
}

async function main({ dir, set, only }: Options): Promise<boolean> {
  const files = new GoldenFolder(dir, set);
  const checks = await readChecks();
  let passed = 0;
  let failed = 0;
  for (const name of files.names().filter((name) => only === undefined || name === only)) {
    const check = checks.get(name);
    if (check === undefined) {
      print(`${name}: not implemented`);
      continue;
    }
    const report = await runCheck(check, files);
    printReport(name, report);
    passed += report.passed;
    failed += report.failures.length;
  }
  print(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}

process.exitCode = (await main(readOptions())) ? 0 : 1;
