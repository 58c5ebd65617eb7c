import { TaarError } from '../domain/errors.ts';
import { SETTING_RULES } from './setting-rules.ts';
import { SETTING_TABLE, type Setting, type SettingName } from './setting-table.ts';

type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** All settings of a process, parsed once. */
export type Settings = { readonly [N in SettingName]: ValueOf<(typeof SETTING_TABLE)[N]> };

const SHOWN_CHARACTERS = 60;

/**
 * Reads the settings from an environment. An empty variable counts as not set.
 * @throws TaarError `settings-invalid` (halt) that lists every problem, not only the first
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const entries = Object.entries<Setting<unknown>>(SETTING_TABLE).map(([name, setting]) => {
    const text = env[setting.variable];
    if (text === undefined || text === '') return [name, setting.standard];
    const value = setting.kind.parse(text);
    if (value === undefined) problems.push(problemOf(setting, text));
    return [name, value];
  });
  const settings = Object.freeze(Object.fromEntries(entries)) as Settings;
  for (const { isBroken, problem } of SETTING_RULES) if (isBroken(settings)) problems.push(problem);
  if (problems.length > 0) {
    throw new TaarError(
      'settings-invalid',
      'halt',
      `${problems.length === 1 ? 'a setting is' : `${problems.length} settings are`} not usable:\n` +
        problems.map((problem) => `  ${problem}`).join('\n'),
    );
  }
  return settings;
}

function problemOf(setting: Setting<unknown>, text: string): string {
  const shown = setting.secret === true ? 'the value (not shown)' : `"${text.slice(0, SHOWN_CHARACTERS)}"`;
  return `${setting.variable}: ${shown} is not allowed; it takes ${setting.kind.allowed}`;
}

/** How many co-installed add-ons TAARlite looks at (spec/taar-serving.md section 2). */
export function truncateOf(settings: Settings): number {
  return settings.taarliteTruncate ?? 5 * settings.taarliteMaxResults;
}

/** The table of all settings as a Markdown page; docs/settings.md is this text. */
export function settingsAsMarkdown(): string {
  const rows = Object.values<Setting<unknown>>(SETTING_TABLE).map(
    (setting) =>
      `| \`${setting.variable}\` | ${standardOf(setting)} | ${setting.kind.allowed} | ${setting.about}` +
      `${setting.secret === true ? ' Secret: never printed.' : ''} |`,
  );
  return `# Settings

Settings come from the environment only and are read once, at the start. A value that is not allowed stops the
start; all such values are reported together. An empty variable counts as not set.

This page is generated: \`npx taar settings --markdown > docs/settings.md\`.

| variable | default | allowed | what it does |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** All settings as data, for `taar settings --json`. */
export function settingsAsData(): readonly Readonly<Record<string, unknown>>[] {
  return Object.values<Setting<unknown>>(SETTING_TABLE).map((setting) => ({
    variable: setting.variable,
    default: setting.standard ?? null,
    allowed: setting.kind.allowed,
    about: setting.about,
    secret: setting.secret === true,
  }));
}

/** What holds without a setting, as the table shows it. */
export function standardOf(setting: Setting<unknown>): string {
  if (setting.standardText !== undefined) return setting.standardText;
  const { standard } = setting;
  return `\`${Array.isArray(standard) ? standard.join(',') : String(standard)}\``;
}
