import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

/** The repository's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** One import of a file. */
export interface Import {
  /** A path below `src` where it is a file of ours, else the name of a package. */
  readonly target: string;
  readonly isOurs: boolean;
  /** Gone after compilation. */
  readonly isType: boolean;
}

/** A file of `src`. */
export interface Source {
  /** Below `src`, with slashes. */
  readonly path: string;
  readonly text: string;
  /** The text with each comment blanked out; lines stay where they are. */
  readonly code: string;
  readonly imports: readonly Import[];
}

/** Every file of `src` with TypeScript in it. */
export function readSources(): Source[] {
  return filesBelow('src')
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => readSource(path.slice('src/'.length)));
}

/** The paths of all files below a folder, from the root on, with slashes. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

function readSource(path: string): Source {
  const text = readFileSync(join(root, 'src', path), 'utf8');
  const { module, comments, errors } = parseSync(path, text, {
    lang: extname(path) === '.tsx' ? 'tsx' : 'ts',
  });
  if (errors.length > 0) throw new Error(`src/${path}: ${errors[0]?.message}`);
  let code = text;
  for (const { start, end } of comments) {
    const blank = text.slice(start, end).replace(/[^\n]/g, ' ');
    code = code.slice(0, start) + blank + code.slice(end);
  }
  const found: Import[] = [];
  const add = (name: string, isType: boolean): void => {
    const isOurs = name.startsWith('.');
    const target = isOurs ? posix.join(posix.dirname(path), name) : name;
    found.push({ target, isOurs, isType });
  };
  for (const { moduleRequest, entries } of module.staticImports) {
    // An import of nothing is there for its effect.
    add(moduleRequest.value, entries.length > 0 && entries.every(({ isType }) => isType));
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest !== null) add(moduleRequest.value, isType);
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    add(text.slice(moduleRequest.start + 1, moduleRequest.end - 1), false);
  }
  return { path, text, code, imports: found };
}

/** Where a pattern is found in the code of files, as `src/path:line: what stands there`. */
export function findInCode(sources: readonly Source[], pattern: RegExp): string[] {
  return sources.flatMap(({ path, code }) =>
    [...code.matchAll(new RegExp(pattern, `${pattern.flags.replace('g', '')}g`))].map((match) => {
      const line = code.slice(0, match.index).split('\n').length;
      return `src/${path}:${line}: ${match[0]}`;
    }),
  );
}
