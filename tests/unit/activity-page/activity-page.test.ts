import { signal } from '@preact/signals';
import { expect, test, vi } from 'vitest';
import { type ViewName, views } from '../../../src/activity-page/address.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import { textOf } from '../ui/drawn.ts';
import { fakeChannel } from './fake-channel.ts';

vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
// Each says of itself what it could not read.
vi.mock('../../../src/activity-page/history-view.tsx', () => ({ HistoryView: () => 'view' }));
vi.mock('../../../src/activity-page/figures-view.tsx', () => ({ FiguresView: () => 'view' }));
vi.mock('../../../src/activity-page/log-view.tsx', () => ({ LogView: () => 'view' }));
vi.mock('../../../src/activity-page/support-view.tsx', () => ({ SupportView: () => 'view' }));
fakeChannel();
const { ActivityPage } = await import('../../../src/activity-page/activity-page.tsx');
const { createActivityStore } = await import('../../../src/activity-page/store.ts');

function pageAt(view: ViewName): string {
  const loaded = signal({
    settings: defaultSettings,
    stored: defaultSettings,
    temporary: {},
    managed: {},
    repaired: [],
    isNewer: false,
    ignoredPolicies: [],
  });
  const store = { ...createActivityStore(), trouble: signal('Not now') };
  return textOf(ActivityPage({ view: signal(view), store, loaded, run: signal(null) }));
}

test.each(views)('beside the %s nothing is said of what the history could not read', (view) => {
  expect(pageAt(view)).toContain('view');
  expect(pageAt(view)).not.toContain('activity_unreadable');
});
