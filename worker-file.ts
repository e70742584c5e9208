import { basename, join } from 'node:path';
import { build, minify, type Plugin, type ResolvedConfig } from 'vite';

const workerFileName = 'service-worker.js';
/** For what is loaded when it is first needed. */
const folder = 'worker';
/**
 * What the bundler writes at the end of a file for each name that it gives to others, and would have
 * to for one whose value changes. There is none (tests/unit/repository/sources.test.ts).
 */
const givenToOthers =
  /Object\.defineProperty\(exports,"([\w$]+)",\{enumerable:!0,get:function\(\)\{return ([\w$]+)\}\}\)/g;

/**
 * Builds the worker by itself and names it in the manifest. Chromium opens each file of a worker
 * anew at each cold start, and what the worker shares with pages would be a dozen of them; here what
 * is loaded together is one file. What stands behind an `import()` is loaded when it is needed: a
 * service worker may not `import()`, but it may load a script at any time that it has loaded once
 * while it was installed (Service Workers, `importScripts`).
 * @param main what each start of the worker loads first.
 * @param next what each start loads right after.
 */
export function workerFile(main: string, next: string): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'worker-file',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const manifest = bundle['manifest.json'];
        if (manifest?.type !== 'asset')
          throw new Error('there is no manifest to name the worker in');
        const { alias } = config.resolve;
        const { target } = config.build;
        // Names are shortened within a file alone: what others need as well stays with these two.
        const groups = [
          { name: 'main', tags: ['$initial' as const], priority: 1 },
          { name: 'next', test: (id: string) => id === join(config.root, next) },
        ];
        const built = await build({
          configFile: false,
          root: config.root,
          mode: config.mode,
          logLevel: config.logLevel ?? 'info',
          publicDir: false,
          resolve: { alias },
          build: {
            write: false,
            target,
            minify: config.build.minify,
            // As a library: the code that a page loads its files with needs a document.
            lib: { entry: main, formats: ['cjs'] },
            rollupOptions: {
              preserveEntrySignatures: false,
              output: {
                generatedCode: { symbols: false },
                entryFileNames: workerFileName,
                chunkFileNames: `${folder}/[name].js`,
                codeSplitting: { groups },
              },
            },
          },
        });
        const files = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
        const chunks = files.map((file) => {
          if (!('code' in file)) throw new Error(`the worker can't load ${file.fileName}`);
          return file;
        });
        const others = chunks
          .map(({ fileName }) => fileName)
          .filter((one) => one !== workerFileName);
        for (const { fileName, code } of chunks) {
          const isMain = fileName === workerFileName;
          const body = code.replaceAll(givenToOthers, 'exports.$1=$2');
          const definition = `define("${basename(fileName)}", (exports) => {"use strict";${body}\n});\n`;
          const written = isMain ? whole(definition, others) : definition;
          const source = config.build.minify ? await minified(fileName, written) : written;
          this.emitFile({ type: 'asset', fileName, source });
        }
        const background = { service_worker: workerFileName };
        const named = { ...JSON.parse(String(manifest.source)), background };
        manifest.source = JSON.stringify(named, null, 2);
      },
    },
  };
}

/** A file with what was put around its code, which the bundler knows nothing of, made as short as that. */
async function minified(fileName: string, written: string): Promise<string> {
  const { code, errors } = await minify(fileName, written);
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return code;
}

/** The worker's script: the main file, and what gives each file the exports of the others. */
function whole(definition: string, others: readonly string[]): string {
  return `const definitions = {};
const made = {};
const define = (name, make) => { definitions[name] = make; };
const require = (path) => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name in made) return made[name];
  if (!(name in definitions)) importScripts('${folder}/' + name);
  const exports = {};
  definitions[name](exports);
  made[name] = exports;
  return exports;
};
// A worker that lacks a file is not installed.
addEventListener('install', (event) => {
  event.waitUntil(new Promise((resolve) => resolve(importScripts(...${JSON.stringify(others)}))));
});
${definition}require("${workerFileName}");
`;
}
