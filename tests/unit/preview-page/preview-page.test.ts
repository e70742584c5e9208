import { signal } from '@preact/signals';
import { expect, test, vi } from 'vitest';
import type { Planned } from '../../../src/plans/entries.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import type { Run } from '../../../src/status/status.ts';
import { Button } from '../../../src/ui/button.tsx';
import { aRun } from '../status/a-run.ts';
import { elementsOf, textOf } from '../ui/drawn.ts';
import { planned } from './entries.ts';

let plans: Planned[] = [];
vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[] = []) => [id, ...details].join(' '),
    },
    runtime: { sendMessage: async () => ({ ok: true }) },
  },
}));
vi.mock('../../../src/ui/search.ts', () => ({ useIsFound: () => true }));
vi.mock('../../../src/plans/store.ts', () => ({ readPlans: async () => plans }));
const { emptyPreview } = await import('../../../src/status/preview.ts');
const { createPreviewStore } = await import('../../../src/preview-page/store.ts');
const { PreviewPage } = await import('../../../src/preview-page/preview-page.tsx');

/** The page of an undo that has looked at these, while a run goes on or none does. */
async function pageOf(found: readonly Planned[], run: Run | null = null) {
  vi.stubGlobal('location', { hash: '#undo-run=run-1' });
  plans = [...found];
  const of = { type: 'undo_run', runId: 'run-1' } as const;
  const preview = { ...emptyPreview('1', of), startedAt: 1, endedAt: 2, revision: 1 };
  const store = createPreviewStore(signal(preview));
  await store.look('1');
  await vi.waitFor(() => expect(store.isWhole.value).toBe(true));
  const loaded = signal({
    settings: defaultSettings,
    stored: defaultSettings,
    temporary: {},
    managed: {},
    repaired: [],
    isNewer: false,
    ignoredPolicies: [],
  });
  const draw = () => PreviewPage({ store, loaded, run: signal(run) });
  const buttons = () => elementsOf(draw()).filter(({ type }) => type === Button);
  return {
    store,
    elements: () => elementsOf(draw()),
    said: () => textOf(draw()),
    buttons: () => buttons().map(({ props }) => textOf(props.children)),
  };
}

test('only what there is something of can be applied', async () => {
  const { store, buttons } = await pageOf([planned('1', 'write'), planned('2', 'write')]);
  expect(buttons()).toEqual(['preview_again', 'undo_all 2']);
  store.choose('1', true);
  expect(buttons()).toEqual(['preview_again', 'undo_all 2', 'undo_chosen 1']);
});

test('what was undone is said to be, and no longer to come', async () => {
  const { said, buttons } = await pageOf([{ ...planned('1', 'write'), became: 'applied' }]);
  expect(buttons()).toEqual(['preview_again']);
  expect(said()).toContain('preview_undo_title_over');
  expect(said()).toContain('preview_came_to count_undone_one 1');
  expect(said()).toContain('outcome_undone');
  expect(said()).not.toContain('undo_write');
});

test.each([
  ['process', 'busy'],
  ['preview', 'ready'],
  [null, 'ready'],
] as const)('beside a run that need not be its own (%s) the page is %s', async (kind, state) => {
  const run = kind === null ? null : { ...aRun, kind };
  const { elements } = await pageOf([planned('1', 'write')], run);
  const states = elements().flatMap(({ props }) => props['data-state'] ?? []);
  expect(states).toEqual([state]);
});

test('what can be done about an undo is named as one', async () => {
  const { elements } = await pageOf([planned('1', 'write')]);
  const names = elements().map(({ props }) => props['aria-label']);
  expect(names).toContain('undo_actions');
  expect(names).not.toContain('preview_actions');
});
