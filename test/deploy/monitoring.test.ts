import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { composeOf, ROOT, textOf, yamlOf } from './deployment.ts';

const services = composeOf('docker-compose.yml').services;
const operations = textOf('docs/operations.md');

interface AlertRules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}
interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly datasource?: { readonly uid: string };
    readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
  }[];
}
interface Prometheus {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly static_configs: readonly { readonly targets: readonly string[] }[];
  }[];
}

const rules = yamlOf<AlertRules>('deploy/alerts.yml').groups.flatMap((group) => group.rules);
const dashboard: Dashboard = JSON.parse(textOf('deploy/grafana/dashboards/taar.json'));
const dashboardQueries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** The rows of "All figures": name → labels. */
const figures = new Map(
  (/## All figures\n([\s\S]*?)\n## /.exec(operations)?.[1] ?? '').split('\n').flatMap((row) => {
    const [, names = '', labels = ''] = row.split('|');
    const list = labels.split(',').map((label) => label.trim());
    return [...names.matchAll(/`([a-z_]+)(\*?)`/g)].map((match) => [match[1] ?? '', list] as const);
  }),
);

/** Labels that Prometheus itself gives, and those of a histogram's buckets. */
const LABELS_OF_PROMETHEUS = ['job', 'instance', 'le'];

const METRIC = /\b(taar|process|nodejs)_[a-z0-9_]+/g;

/** The figure that a series belongs to; undefined where none is listed. */
function figureOf(series: string): string | undefined {
  if (/^(process|nodejs)_/.test(series)) return series;
  return [series, series.replace(/_(bucket|sum|count)$/, '')].find((name) => figures.has(name));
}

function labelsOf(query: string): string[] {
  const grouped = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap((match) => (match[1] ?? '').split(','));
  const matched = [...query.matchAll(/([a-z_]+)=?[=~]"/g)].map((match) => match[1] ?? '');
  return [...grouped, ...matched].map((label) => label.trim());
}

/** What a query names that docs/operations.md does not. */
function unknownIn(query: string): string[] {
  const series = [...query.matchAll(METRIC)].map((match) => match[0]);
  const known = new Set(LABELS_OF_PROMETHEUS);
  for (const label of series.flatMap((name) => figures.get(figureOf(name) ?? '') ?? [])) known.add(label);
  return [
    ...series.filter((name) => figureOf(name) === undefined),
    ...labelsOf(query).filter((label) => !known.has(label)),
  ];
}

describe('the dashboard', () => {
  it('shows only figures and labels that docs/operations.md lists', () => {
    expect(dashboardQueries.length).toBeGreaterThan(15);
    expect(dashboardQueries.flatMap(unknownIn)).toEqual([]);
  });

  it('shows every figure that is listed', () => {
    const shown = dashboardQueries.flatMap((query) =>
      [...query.matchAll(METRIC)].map((match) => figureOf(match[0])),
    );
    const ours = [...figures.keys()].filter((name) => name.startsWith('taar_'));
    expect(ours.length).toBeGreaterThan(20);
    expect(ours.filter((name) => !shown.includes(name))).toEqual([]);
  });

  it('reads from the data source that is provisioned', () => {
    const { datasources } = yamlOf<{
      readonly datasources: readonly { readonly uid: string; readonly url: string }[];
    }>('deploy/grafana/provisioning/datasources/prometheus.yml');
    const [source] = datasources;
    const asked = dashboard.panels.flatMap(({ targets = [] }) =>
      targets.map(({ datasource }) => datasource.uid),
    );
    expect(new Set(asked)).toEqual(new Set([source?.uid]));
    expect(Object.keys(services)).toContain(new URL(source?.url ?? '').hostname);
  });

  it('is mounted where Grafana is told to look', () => {
    const { providers } = yamlOf<{
      readonly providers: readonly { readonly options: { readonly path: string } }[];
    }>('deploy/grafana/provisioning/dashboards/taar.yml');
    const path = providers[0]?.options.path ?? '';
    expect(services.grafana?.volumes).toContain(`./deploy/grafana/dashboards:${path}:ro`);
    const home = services.grafana?.environment?.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH;
    expect(existsSync(join(ROOT, 'deploy/grafana/dashboards', String(home).slice(path.length + 1)))).toBe(
      true,
    );
    expect(dirname(String(home))).toBe(path);
  });
});

describe('the alerts', () => {
  it('ask only for figures and labels that docs/operations.md lists', () => {
    expect(rules.length).toBeGreaterThan(8);
    expect(rules.flatMap(({ expr }) => unknownIn(expr))).toEqual([]);
  });

  it('are each explained in docs/operations.md', () => {
    expect(rules.map(({ alert }) => alert).filter((name) => !operations.includes(`| \`${name}\` |`))).toEqual(
      [],
    );
  });

  it('are the only ones explained there', () => {
    const explained = [...operations.matchAll(/^\| `(Taar[A-Za-z]+)` \|/gm)].map((match) => match[1]);
    expect(explained.toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
  });
});

describe('Prometheus', () => {
  const prometheus = yamlOf<Prometheus>('deploy/prometheus.yml');

  it('asks every process of ours', () => {
    const targets = prometheus.scrape_configs.flatMap((job) =>
      job.static_configs.flatMap((each) => each.targets),
    );
    const running = Object.entries(services).filter(
      ([name, { build }]) => build !== undefined && name !== 'topics',
    );
    expect(targets.toSorted()).toEqual(running.map(([name]) => `${name}:8000`).toSorted());
  });

  it('finds the rules beside its own file', () => {
    const mounted = services.prometheus?.volumes ?? [];
    for (const file of prometheus.rule_files) {
      expect(mounted).toContain(`./deploy/${file}:/etc/prometheus/${file}:ro`);
    }
  });
});

describe('the proxy', () => {
  const configuration = textOf('deploy/nginx.conf');

  it('passes to services that exist, and to every serving node', () => {
    const targets = [...configuration.matchAll(/^\s*server ([a-z0-9-]+):8000/gm)].map(
      (match) => match[1] ?? '',
    );
    const serving = Object.keys(services).filter((name) => services[name]?.command?.includes('serve'));
    expect(targets.toSorted()).toEqual(['intake', ...serving].toSorted());
  });

  it('writes no path into a log, for paths hold hashed client ids', () => {
    expect(configuration).toMatch(/^\s*access_log off;$/m);
    expect(configuration.match(/access_log|error_log .*/g)).toEqual([
      'error_log /dev/stderr crit;',
      'access_log',
    ]);
  });

  it('takes no sender address that the sender wrote', () => {
    expect(configuration).toContain('proxy_set_header X-Forwarded-For $remote_addr;');
    expect(configuration).not.toContain('proxy_add_x_forwarded_for');
  });
});
