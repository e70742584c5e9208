import { type Signal, signal } from '@preact/signals';
import { beforeEach, expect, test, vi } from 'vitest';
import type { KeptItem } from '../../../src/activity/entries.ts';
import { itemRow } from '../../../src/activity-page/timeline.ts';
import { Button } from '../../../src/ui/button.tsx';
import { elementsOf, textOf } from '../ui/drawn.ts';
import { keptItem, scanned } from './entries.ts';

const sendMessage = vi.fn(async () => ({ ok: true }));
vi.mock('webextension-polyfill', () => ({
  default: {
    runtime: { sendMessage },
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[] = []) => [id, ...details].join(' '),
    },
  },
}));
/** What the bar remembers from one drawing to the next. */
let remembered: Signal | null = null;
vi.mock('@preact/signals', async (original) => ({
  ...(await original<object>()),
  useSignal: (first: unknown) => {
    remembered ??= signal(first);
    return remembered;
  },
}));
const { ChosenBar } = await import('../../../src/activity-page/chosen-bar.tsx');

beforeEach(() => {
  remembered = null;
  vi.clearAllMocks();
});

/** The bar where all of these are chosen. */
function barOf(items: readonly Partial<KeptItem>[]) {
  const rows = items.map((item, id) => itemRow(scanned(keptItem({ id, ...item }))));
  const store = {
    items: signal(rows),
    chosen: signal<ReadonlySet<number>>(new Set(rows.map(({ id }) => id))),
    choose: () => undefined,
  };
  const draw = () => ChosenBar({ store });
  return {
    elements: () => elementsOf(draw()),
    said: () => textOf(draw()),
    button: (label: string) => {
      const buttons = elementsOf(draw()).filter(({ type }) => type === Button);
      return buttons.find(({ props }) => textOf(props.children) === label)?.props;
    },
  };
}

test('what is read out has its place before anything is chosen, and no button beside it', () => {
  const none = barOf([]).elements();
  expect(none.filter(({ type }) => type === Button)).toEqual([]);
  const statuses = none.filter(({ props }) => props.role === 'status');
  expect(statuses.map((one) => textOf(one).trim())).toEqual(['']);
});

test.each([
  [20_000, false],
  [20_001, true],
])('of %d items it is said whether they are too many: %s', (count, isTooMany) => {
  const bar = barOf(Array.from({ length: count }, () => ({})));
  expect(bar.said().includes('chosen_too_many 20,000')).toBe(isTooMany);
  expect(bar.button('button_undo')).toMatchObject({ disabled: isTooMany });
  expect(bar.button('button_run_again')).toMatchObject({ disabled: isTooMany });
});

const ofItem = { queue: 'SUP-1', itemId: 'a1' };
const withoutItem = { queue: '', itemId: 'SUP-7' };
test.each([
  ['items', [ofItem], ['run_again_asked'], [ofItem]],
  ['issues without an item', [withoutItem], ['run_again_without_item'], null],
  ['both', [withoutItem, ofItem, ofItem], ['run_again_asked', 'run_again_without_item'], [ofItem]],
])('of %s it is said which are run again', async (_, chosen, said, sent) => {
  const bar = barOf(chosen);
  const click = bar.button('button_run_again')?.onClick;
  expect.assert(typeof click === 'function');
  await click();
  expect(bar.said().match(/run_again_\w+|command_\w+/g)).toEqual(said);
  const asked = sent === null ? [] : [[{ type: 'process_only', items: sent }]];
  expect(sendMessage.mock.calls).toEqual(asked);
});
