import type { TestCase, TestModule, TestProject } from 'vitest/node';
import { ServiceDesk } from './service-desk.ts';
import { SERVICE_KINDS, type ServiceName } from './service-kinds.ts';

/** Opens the service desk for the run; at its end stops what was started and says what was skipped. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const desk = new ServiceDesk(process.env);
  project.provide('serviceDesk', await desk.open());
  return async () => {
    await desk.close();
    const skipped = skippedTests(project.vitest.state.getTestModules());
    for (const line of skipLines(skipped, await desk.missing())) process.stderr.write(`${line}\n`);
  };
}

/** One line a service, such as `skipped: 37 tests need Kafka: java 17 or newer was not found`. */
export function skipLines(
  skipped: ReadonlyMap<ServiceName, number>,
  missing: ReadonlyMap<ServiceName, string>,
): string[] {
  return [...skipped].map(([name, count]) => {
    const tests = count === 1 ? '1 test needs' : `${count} tests need`;
    return `skipped: ${tests} ${SERVICE_KINDS[name].label}: ${missing.get(name) ?? 'it could not be had'}`;
  });
}

function skippedTests(modules: readonly TestModule[]): Map<ServiceName, number> {
  const counts = new Map<ServiceName, number>();
  for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
    for (const name of missingServices(test)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function missingServices(test: TestCase): ReadonlySet<ServiceName> {
  const missing = new Set<ServiceName>();
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) {
    for (const name of parent.meta().missingServices ?? []) missing.add(name);
  }
  return missing;
}
