import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { deflateRawSync } from 'node:zlib';

/** How large a build is, in bytes. */
export interface Sizes {
  /** The popup's scripts and styles, with all that they import. */
  readonly popup: number;
  /** The worker's scripts: all of them, what a scheduled run loads, and what answers a ping. */
  readonly worker: number;
  readonly workerOfRun: number;
  readonly workerAtFirst: number;
  /** All of it as a ZIP. */
  readonly zip: number;
  /** The popup's files and the worker's, for those who want to know where the bytes are. */
  readonly files: { readonly popup: readonly string[]; readonly worker: readonly string[] };
}

export async function sizesOf(build: string): Promise<Sizes> {
  const manifest = JSON.parse(await readFile(join(build, 'manifest.json'), 'utf8'));
  const popup = await reachable(build, join(build, manifest.action.default_popup));
  // worker-file.ts has it so.
  const main = join(build, manifest.background.service_worker);
  const names = await readdir(join(build, 'worker'));
  const worker = [main, ...names.map((name) => join(build, 'worker', name))];
  const ofRun = [main, join(build, 'worker', 'next.js')];
  const counted = [...popup].filter((file) => !file.endsWith('.html'));
  return {
    popup: await bytesOf(counted),
    worker: await bytesOf(worker),
    workerOfRun: await bytesOf(ofRun),
    workerAtFirst: await bytesOf([main]),
    zip: await zipBytes(build),
    files: { popup: await listed(build, counted), worker: await listed(build, worker) },
  };
}

/** A file and those that it names: `import`s of a script, scripts and styles of a page. */
async function reachable(build: string, entry: string): Promise<Set<string>> {
  const found = new Set([entry]);
  // A set's iteration goes on to what is added under way.
  for (const file of found) {
    const text = await readFile(file, 'utf8');
    const names = file.endsWith('.html')
      ? text.matchAll(/<(?:script|link)[^>]*?(?:src|href)="([^"]+)"/g)
      : file.endsWith('.js')
        ? text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'`]([./][^"'`]+)["'`]/g)
        : [];
    for (const [, name = ''] of names) {
      found.add(name.startsWith('/') ? join(build, name) : resolve(dirname(file), name));
    }
  }
  return found;
}

async function bytesOf(files: readonly string[]): Promise<number> {
  const contents = await Promise.all(files.map((file) => readFile(file)));
  return contents.reduce((sum, { length }) => sum + length, 0);
}

async function listed(build: string, files: readonly string[]): Promise<string[]> {
  return Promise.all(
    files.map(async (file) => `${relative(build, file)} ${(await readFile(file)).length}`),
  );
}

/** The length of the ZIP that an ordinary packer makes: 76 bytes and twice the name for each file. */
async function zipBytes(build: string): Promise<number> {
  const entries = await readdir(build, { recursive: true, withFileTypes: true });
  let bytes = 22;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path);
    const packed = Math.min(content.length, deflateRawSync(content, { level: 9 }).length);
    bytes += 76 + 2 * Buffer.byteLength(relative(build, path)) + packed;
  }
  return bytes;
}
