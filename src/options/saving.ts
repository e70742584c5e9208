import { type ReadonlySignal, signal } from '@preact/signals';
import { reasonOf } from '../ui/page.tsx';
import type { HostAccess } from './hosts.ts';

/** What was asked for and done. */
export type Done = 'saved' | 'applied' | 'imported';

/** What there is to say beside Save. */
type Outcome =
  /** `refused`: stored, but a host was refused. */
  | { readonly kind: Done | 'refused' | 'allowed' | 'not_allowed' }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Makes what stores things one at a time, and says what came of it.
 * @param edited whether there is something on the page that is not stored.
 */
export function createSaving(hosts: HostAccess, edited: ReadonlySignal<boolean>) {
  /** What is being stored from here is no news to the page. */
  const saving = signal(false);
  const outcome = signal<Outcome | null>(null);

  /** Stores something; says so where it failed. */
  async function attempt(store: () => Promise<Outcome | null>): Promise<void> {
    saving.value = true;
    outcome.value = null;
    try {
      outcome.value = await store();
    } catch (error) {
      outcome.value = { kind: 'failed', reason: reasonOf(error) };
    } finally {
      saving.value = false;
    }
  }

  /**
   * Asks for hosts and then stores. Asking comes first, with nothing awaited before it: the
   * browser takes the question only from within the click. Stored it is, whatever the answer.
   * @returns whether it was stored.
   */
  async function askAndStore(
    wanted: readonly string[],
    done: Done,
    store: () => Promise<boolean>,
  ): Promise<boolean> {
    const asked = hosts.ask(wanted);
    let isStored = false;
    await attempt(async () => {
      const isGranted = await asked;
      isStored = await store();
      // What was edited meanwhile is not to be taken for stored.
      return isStored && !edited.peek() ? { kind: isGranted ? done : 'refused' } : null;
    });
    return isStored;
  }

  return { saving, outcome, attempt, askAndStore };
}
