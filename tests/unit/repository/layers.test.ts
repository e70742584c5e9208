import { describe, expect, test } from 'vitest';
import { findInCode, type Import, readSources, type Source } from './sources.ts';

/** What the files of a folder may import, by folder or by file; their own folder always. */
interface Layer {
  /** At run time. */
  readonly uses: readonly string[];
  /** For their types alone. */
  readonly knows?: readonly string[];
}

const page: Layer = {
  uses: [
    'messages',
    'ui',
    'words',
    'status',
    'settings',
    'activity',
    'plans',
    'storage',
    // Vocabulary: names, patterns and addresses, no client.
    'breadcrumbs/resource',
    'tracker/issue-key',
    'tracker/web',
    'setup/checks',
    'setup/fields',
  ],
  knows: ['tracker/shapes'],
};

/** The directions of imports, from the entry points down to what knows nothing of the rest. */
const layers: Readonly<Record<string, Layer>> = {
  popup: page,
  options: page,
  'activity-page': page,
  'fetched-page': page,
  'preview-page': page,
  // It has the options' inputs, in another order.
  guide: { ...page, uses: [...page.uses, 'options'] },
  // The one place where all parts are put together.
  background: {
    uses: [
      'messages',
      'words',
      'status',
      'settings',
      'storage',
      'activity',
      'plans',
      'queue',
      'setup',
      'breadcrumbs',
      'tracker',
      'http',
      'errors',
    ],
  },
  ui: {
    uses: [
      'words',
      'storage/stored',
      'tracker/web',
      'status/pause',
      'status/view',
      'status/write-budget',
    ],
    knows: ['errors', 'status/status', 'activity/entries'],
  },
  words: { uses: ['errors'] },
  // A task arrives as a command in the very shape in which it is stored; a probe brings settings.
  messages: {
    uses: ['tracker/issue-key', 'status/task-work', 'settings', 'setup/checks', 'storage'],
  },
  status: { uses: ['storage', 'errors', 'tracker/issue-key'] },
  plans: { uses: ['activity/entries', 'errors', 'breadcrumbs/resource', 'storage/database'] },
  activity: { uses: ['errors', 'breadcrumbs/resource', 'storage/time', 'storage/database'] },
  // Saving asks for a run with what is saved: one write, so that no death parts the two.
  settings: {
    uses: ['storage', 'status/bell', 'status/status', 'breadcrumbs/resource', 'tracker/issue-key'],
  },
  storage: { uses: [] },
  queue: {
    uses: ['breadcrumbs', 'tracker', 'http', 'errors'],
    knows: ['activity/entries', 'plans/entries', 'settings/schema', 'status/status'],
  },
  setup: {
    uses: ['breadcrumbs', 'tracker', 'http', 'errors'],
    knows: ['settings/schema'],
  },
  breadcrumbs: { uses: ['http', 'errors'] },
  tracker: { uses: ['http', 'errors'] },
  http: { uses: ['errors'] },
  errors: { uses: [] },
};

/** They know neither the browser's extension API nor the screen, and run in Node as they are. */
const pure = ['queue', 'setup', 'breadcrumbs', 'tracker', 'http', 'errors'];
const packagesOfPure = ['zod/mini'];

const pages = Object.keys(layers).filter((folder) => layers[folder] === page || folder === 'guide');
/** Pages draw what is stored; none of these is ever loaded into one. */
const notForPages = [
  'background',
  'queue',
  'http',
  'setup/run-checks',
  'tracker/client',
  'breadcrumbs/content-reader',
  'breadcrumbs/gather',
];

const sources = readSources();
const byPath = new Map(sources.map((source) => [source.path, source]));

function folderOf(path: string): string {
  return path.slice(0, path.indexOf('/'));
}

function isIn(path: string, places: readonly string[]): boolean {
  return places.includes(folderOf(path)) || places.includes(path.replace(/\.[a-z]+$/, ''));
}

function isAllowed(from: string, { target, isType }: Import): boolean {
  const layer = layers[folderOf(from)];
  if (layer === undefined) return false;
  const { uses, knows = [] } = layer;
  return folderOf(target) === folderOf(from) || isIn(target, isType ? [...uses, ...knows] : uses);
}

/** All that is loaded with a file, by the way it is reached. */
function loadedWith(start: Source): Map<string, string> {
  const ways = new Map([[start.path, start.path]]);
  const queue = [start];
  for (let source = queue.pop(); source !== undefined; source = queue.pop()) {
    for (const { target, isOurs, isType } of source.imports) {
      if (isType || ways.has(target)) continue;
      ways.set(target, `${ways.get(source.path)} → ${target}`);
      const next = isOurs ? byPath.get(target) : undefined;
      if (next !== undefined) queue.push(next);
    }
  }
  return ways;
}

function sourcesIn(folders: readonly string[]): Source[] {
  return sources.filter(({ path }) => folders.includes(folderOf(path)));
}

describe('imports go one way', () => {
  test('every folder of src has its place, and every place its folder', () => {
    const folders = new Set(sources.map(({ path }) => folderOf(path)));
    expect([...folders].sort()).toEqual(Object.keys(layers).sort());
  });

  test('every import of ours names a file that is there', () => {
    const lost = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ target, isOurs }) => isOurs && !byPath.has(target))
        .map(({ target }) => `src/${path} imports ${target}`),
    );
    expect(lost).toEqual([]);
  });

  test('no folder imports what it is not to know', () => {
    const violations = sources.flatMap(({ path, imports }) =>
      imports
        .filter((imported) => imported.isOurs && !isAllowed(path, imported))
        .map(({ target, isType }) => `src/${path} → ${target}${isType ? ' (types)' : ''}`),
    );
    expect(violations).toEqual([]);
  });

  test('the core loads no package but its own, however indirectly', () => {
    const violations = sourcesIn(pure).flatMap((source) =>
      [...loadedWith(source)]
        .filter(([target]) => !byPath.has(target) && !packagesOfPure.includes(target))
        .map(([, way]) => way),
    );
    expect(violations).toEqual([]);
  });

  test('the core uses no extension API and no page', () => {
    const used = /\b(?:chrome|browser|document|window|localStorage)\s*[.[]/;
    expect(findInCode(sourcesIn(pure), used)).toEqual([]);
  });

  test('the popup loads nothing that parses what comes from outside, however indirectly', () => {
    // It opens at a click and draws what the worker stored; zod is 30 kB, a setting's rules are 5.
    const heavy = ['zod/mini', 'settings/schema.ts', 'settings/store.ts'];
    const ways = sourcesIn(['popup']).flatMap((source) => {
      const loaded = loadedWith(source);
      return heavy.flatMap((target) => loaded.get(target) ?? []);
    });
    expect(ways).toEqual([]);
  });

  test('no page loads a client or a run, however indirectly', () => {
    const violations = sourcesIn(pages).flatMap((source) =>
      [...loadedWith(source)]
        .filter(([target]) => byPath.has(target) && isIn(target, notForPages))
        .map(([, way]) => way),
    );
    expect(violations).toEqual([]);
  });
});
