import { build, type Plugin, type ResolvedConfig } from 'vite';

const fileName = 'service-worker.js';

/**
 * Builds the worker as one file of its own and names it in the manifest. Chromium opens each file of
 * a worker anew at each cold start, and what the worker shares with pages would be a dozen of them.
 */
export function workerFile(entry: string): Plugin {
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
        const { target, minify } = config.build;
        const built = await build({
          configFile: false,
          root: config.root,
          mode: config.mode,
          logLevel: config.logLevel ?? 'info',
          publicDir: false,
          resolve: { alias },
          build: { write: false, target, minify, rollupOptions: { input: entry } },
        });
        if (!('output' in built)) throw new Error('the worker was not built once');
        const [{ code }, ...others] = built.output;
        if (others.length > 0) throw new Error('the worker is more than one file');
        this.emitFile({ type: 'asset', fileName, source: code });
        const background = { service_worker: fileName, type: 'module' };
        const source = { ...JSON.parse(String(manifest.source)), background };
        manifest.source = JSON.stringify(source, null, 2);
      },
    },
  };
}
