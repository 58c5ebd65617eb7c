import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';

const EXAMPLES = `
The same is served at /openapi.json, there with all the routes of that process.

Example:
  $ taar openapi > openapi.json
`;

/** `taar openapi`: the routes that answer for products, with the schemas that judge their requests. */
export function addOpenApiCommand(program: Command, io: CommandIo): void {
  program
    .command('openapi')
    .description('print the routes of serving nodes as an OpenAPI document')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { servingApi } = await import('../api-document.ts');
      const { createLogger } = await import('../../ops/logging.ts');
      const { readVersion } = await import('../../ops/version.ts');
      const { version } = await readVersion(new URL('../../../', import.meta.url), io.env);
      const document = await servingApi(version, createLogger('text', 'error', io.stderr));
      io.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
    });
}
