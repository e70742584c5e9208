import { effect, type ReadonlySignal, signal } from '@preact/signals';
import browser from 'webextension-polyfill';
import { hostPattern } from '../settings/origin.ts';
import { isSafeUrl } from '../settings/schema.ts';

/** Patterns of the hosts that these addresses are on; none for one that can't be used. */
export function hostPatterns(...urls: string[]): string[] {
  return [...new Set(urls.filter(isSafeUrl).map(hostPattern))];
}

/** Which of some hosts this extension may send requests to, by their patterns, kept up to date. */
export interface HostAccess {
  /** Known beforehand because a click that asks for more has to begin with asking. */
  readonly granted: ReadonlySignal<ReadonlySet<string>>;
  /** Those that the browser asked about, and was told not to let through. */
  readonly refused: ReadonlySignal<ReadonlySet<string>>;
  /**
   * Has the browser ask for those of them that lack. It takes the question only from within a click:
   * nothing may be awaited there before this.
   */
  readonly ask: (patterns: readonly string[]) => Promise<boolean>;
}

/** Whatever part of the page has asked. */
const refused = signal<ReadonlySet<string>>(new Set());

/** Follows what the browser lets through. */
export function followHosts(patterns: ReadonlySignal<readonly string[]>): HostAccess {
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

  async function ask(wanted: readonly string[]): Promise<boolean> {
    const origins = wanted.filter((one) => !granted.peek().has(one));
    if (origins.length === 0) return true;
    // A question that could not be asked is as good as refused: what lacks is said either way.
    const isGranted = await browser.permissions.request({ origins }).catch(() => false);
    const others = [...refused.peek()].filter((one) => !origins.includes(one));
    refused.value = new Set(isGranted ? others : [...others, ...origins]);
    return isGranted;
  }

  return { granted, refused, ask };
}
