import { expect, test, vi } from 'vitest';
import { textOf } from '../ui/drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
const { Outages } = await import('../../../src/popup/outages.tsx');

test('an outage asks nothing of anybody, but where no pass comes by itself', () => {
  const drawn = (isPaused: boolean) =>
    textOf(Outages({ outages: [{ host: 'content', since: 0 }], isPaused }));
  expect(drawn(false)).toMatch(/outage_content.*outage_help/);
  expect(drawn(true)).toMatch(/outage_content/);
  expect(drawn(true)).not.toContain('outage_help');
});
