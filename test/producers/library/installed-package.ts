import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);

export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** An empty project that has our package installed as npm packs it, with the dependencies that stand here. */
export class InstalledPackage {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async install(): Promise<InstalledPackage> {
    const folder = await mkdtemp(join(tmpdir(), 'taar-package-'));
    const modules = join(folder, 'node_modules');
    const own = join(modules, 'taar-stream');
    await mkdir(own, { recursive: true });
    // As `npm run` does it: the script before packing needs our Node.
    const path = `${join(ROOT, 'node_modules', '.bin')}:${dirname(process.execPath)}:${process.env.PATH}`;
    const env = { ...process.env, PATH: path };
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: ROOT,
      env,
    });
    const file = join(folder, stdout.trim().split('\n').at(-1) ?? '');
    await run('tar', ['-xzf', file, '--strip-components', '1', '-C', own]);
    for (const name of await readdir(join(ROOT, 'node_modules'))) {
      if (!name.startsWith('.')) await symlink(join(ROOT, 'node_modules', name), join(modules, name));
    }
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    return new InstalledPackage(folder);
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(join(this.folder, name), text);
  }

  /** Runs a program of the project with this Node. */
  node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return new Promise((resolve) => {
      const options = { cwd: this.folder, env: { PATH: process.env.PATH, ...env } };
      execFile(process.execPath, [...args], options, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err });
      });
    });
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
