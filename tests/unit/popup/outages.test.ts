import { expect, test, vi } from 'vitest';
import type { Halt, State } from '../../../src/status/status.ts';
import { textOf } from '../ui/drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
const { Outages } = await import('../../../src/popup/outages.tsx');

const outages: State['outages'] = [{ host: 'content', since: 0 }];

test('an outage asks nothing of anybody, but where no pass comes by itself', () => {
  const drawn = (isPaused: boolean) => textOf(Outages({ outages, halt: null, isPaused }));
  expect(drawn(false)).toMatch(/outage_content.*outage_help/);
  expect(drawn(true)).toMatch(/outage_content/);
  expect(drawn(true)).not.toContain('outage_help');
});

test('without a connection no host is said to be what does not answer', () => {
  const failure = { code: 'content_unavailable', details: ['reason_network'] } as const;
  const halt: Halt = { failure, offline: true, since: 0, tries: 1, nextTryAt: 0, alike: null };
  expect(textOf(Outages({ outages, halt, isPaused: false }))).toBe('');
  expect(
    textOf(Outages({ outages, halt: { ...halt, offline: false }, isPaused: false })),
  ).toContain('outage_content');
});
