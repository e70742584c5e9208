import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds for one benchmark, in a directory of their own: others may be building at the same time. */
export class Builds {
  private readonly directory: string;
  private readonly made = new Map<string, Promise<string>>();

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async create(): Promise<Builds> {
    return new Builds(await mkdtemp(join(tmpdir(), 'breadcrumbs-builds-')));
  }

  /** The build that people get. */
  real(): Promise<string> {
    return this.make('real', { mode: 'production' });
  }

  /** The same with the loopback hosts among its permissions. */
  demo(): Promise<string> {
    return this.make('demo', { mode: 'demo' });
  }

  /** The demo build with its functions' own names, for profiles. */
  readable(): Promise<string> {
    return this.make('readable', { mode: 'demo', minify: false });
  }

  /** An extension with an empty worker and an empty page: what the platform itself costs. */
  empty(): Promise<string> {
    return this.make('empty', { mode: 'production', root: here('empty-extension') });
  }

  private make(
    name: string,
    {
      mode,
      root = here('../..'),
      minify = true,
    }: { mode: string; root?: string; minify?: boolean },
  ): Promise<string> {
    const present = this.made.get(name);
    if (present !== undefined) return present;
    const outDir = join(this.directory, name);
    // Asset addresses from the root, as the extension's own are; as small as the extension's own.
    const options = { outDir, emptyOutDir: true, ...(minify ? {} : { minify }) };
    const isEmpty = name === 'empty';
    // Vitest says "test" here, with which Vite builds for development, whatever the mode.
    process.env.NODE_ENV = 'production';
    const made = build({
      root,
      mode,
      logLevel: 'error',
      ...(isEmpty ? { configFile: false as const, oxc: { jsx: { importSource: 'preact' } } } : {}),
      build: isEmpty ? { ...options, modulePreload: { polyfill: false } } : options,
    }).then(() => outDir);
    this.made.set(name, made);
    return made;
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
