import { effect, type ReadonlySignal, signal } from '@preact/signals';
import browser from 'webextension-polyfill';

/** What the browser calls access to a host: its scheme and name, whatever the port. */
export function hostPattern(url: string): string {
  const { protocol, hostname } = new URL(url);
  return `${protocol}//${hostname}/*`;
}

/**
 * Which of some hosts this extension may send requests to, by their patterns, kept up to date.
 * Known beforehand because a click that asks for more has to begin with asking.
 */
export function followGranted(patterns: ReadonlySignal<readonly string[]>) {
  const granted = signal<ReadonlySet<string>>(new Set());
  const refresh = async (wanted: readonly string[]) => {
    const answers = await Promise.all(
      wanted.map((origin) => browser.permissions.contains({ origins: [origin] })),
    );
    granted.value = new Set(wanted.filter((_, index) => answers[index]));
  };
  effect(() => {
    refresh(patterns.value);
  });
  browser.permissions.onAdded.addListener(() => refresh(patterns.peek()));
  browser.permissions.onRemoved.addListener(() => refresh(patterns.peek()));
  return granted satisfies ReadonlySignal<ReadonlySet<string>>;
}
