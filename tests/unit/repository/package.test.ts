import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { root } from './sources.ts';

const versionsSchema = z.record(z.string(), z.string());
const packageSchema = z.object({
  version: z.string(),
  engines: z.object({ node: z.string() }),
  scripts: z.record(z.string(), z.string()),
  dependencies: versionsSchema,
  devDependencies: versionsSchema,
});
const lockSchema = z.object({
  lockfileVersion: z.number(),
  packages: z.record(
    z.string(),
    z.object({
      version: z.optional(z.string()),
      engines: z.optional(z.unknown()),
      dependencies: z.optional(versionsSchema),
      devDependencies: z.optional(versionsSchema),
      optionalDependencies: z.optional(versionsSchema),
      integrity: z.optional(z.string()),
      hasInstallScript: z.optional(z.boolean()),
      optional: z.optional(z.boolean()),
    }),
  ),
});

/** All that is shipped beside our own code; each has its reason in docs/architecture.md. */
const shipped = ['@preact/signals', 'idb', 'preact', 'webextension-polyfill', 'zod'];

const packageJson = packageSchema.parse(readJson('package.json'));
const lock = lockSchema.parse(readJson('package-lock.json'));
const { dependencies, devDependencies, scripts } = packageJson;

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

describe('package.json', () => {
  test('ships what is documented and nothing else', () => {
    expect(Object.keys(dependencies).sort()).toEqual(shipped);
  });

  test('names exact versions', () => {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    }
  });

  test('runs nothing at installation', () => {
    const atInstallation = /^(?:(?:pre|post)?install|(?:pre|post)?prepare|prepublish)$/;
    expect(Object.keys(scripts).filter((name) => atInstallation.test(name))).toEqual([]);
  });

  test('has the scripts that people outside rely on', () => {
    expect(Object.keys(scripts)).toEqual(
      expect.arrayContaining(['build', 'build:demo', 'demo', 'test', 'bench']),
    );
  });
});

describe('package-lock.json', () => {
  test('is in step with package.json', () => {
    expect(lock.lockfileVersion).toBe(3);
    expect(lock.packages['']).toMatchObject({
      version: packageJson.version,
      engines: packageJson.engines,
      dependencies,
      devDependencies,
    });
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  test('has the package of every platform, without which npm ci refuses', () => {
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {}).filter(
        (name) =>
          lock.packages[`node_modules/${name}`] === undefined &&
          lock.packages[`${path}/node_modules/${name}`] === undefined,
      ),
    );
    // A new version may not be in the registry for all platforms yet: take one that is.
    expect(missing).toEqual([]);
  });

  test('holds every package to its contents', () => {
    const loose = Object.entries(lock.packages)
      .filter(([path, { integrity }]) => path !== '' && integrity === undefined)
      .map(([path]) => path);
    expect(loose).toEqual([]);
  });

  test('has no package with an install script but one that does without', () => {
    const scripted = Object.entries(lock.packages)
      .filter(([, { hasInstallScript, optional }]) => hasInstallScript && !optional)
      .map(([path]) => path);
    // Comes with tsx; its script only checks what the optional package for the platform brought.
    expect(scripted).toEqual(['node_modules/esbuild']);
  });
});
