import { signal } from '@preact/signals';
import { expect, test, vi } from 'vitest';
import type { GuideStore } from '../../../src/guide/store.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import { type Findings, noFindings, pending } from '../../../src/setup/checks.ts';

const listeners: (() => void)[] = [];
const listen = (_event: string, listener: () => void) => listeners.push(listener);
vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id },
    tabs: { onRemoved: { addListener: () => undefined } },
  },
}));
vi.mock('preact/hooks', async (original) => ({
  ...(await original<object>()),
  useEffect: (effect: () => void) => effect(),
}));
vi.stubGlobal('document', { visibilityState: 'visible', addEventListener: listen });
vi.stubGlobal('addEventListener', listen);
const { ContentStep } = await import('../../../src/guide/content-step.tsx');

test('coming back from the sign-in is looked at once, in however many ways it is told', () => {
  const signedOut = { ...pending, status: 'bad' } as const;
  const findings = signal<Findings>({ ...noFindings, checks: { signed_in: signedOut } });
  const checkContentAgain = vi.fn(() => {
    findings.value = { ...noFindings, checks: { signed_in: pending } };
  });
  const candidate = signal(defaultSettings);
  const store = { candidate, findings, checkContentAgain, isGranted: () => true };
  // The step asks for no more of the store until it is drawn, and nothing draws it here.
  ContentStep({ store: store as unknown as GuideStore });
  expect(listeners).toHaveLength(2);
  for (const tell of listeners) tell();
  expect(checkContentAgain).toHaveBeenCalledOnce();
});
