import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const COMPOSE_FILES = ['docker-compose.yml', 'docker-compose.up.yml'] as const;

/** The parts of a compose file that the tests look at; the whole is checked against the compose schema. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

export interface ComposeService {
  readonly image?: string;
  readonly build?: string | { readonly context: string; readonly args?: Readonly<Record<string, string>> };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: Readonly<Record<string, unknown>>;
}

export function textOf(file: string): string {
  return readFileSync(`${ROOT}${file}`, 'utf8');
}

/** A YAML file of the project; merge keys (`<<`) are carried out, as compose does. */
export function yamlOf<T>(file: string): T {
  return parse(textOf(file), { merge: true });
}

export const composeOf = (file: string): ComposeFile => yamlOf<ComposeFile>(file);

/** The services that run our own image, by name. */
export function ownServices(compose: ComposeFile): [string, ComposeService][] {
  return Object.entries(compose.services).filter(([, service]) => service.build !== undefined);
}
