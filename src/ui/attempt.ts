import type { Signal } from '@preact/signals';
import { words } from '../words/words.ts';
import { reasonOf } from './page.tsx';

/** Does what somebody has clicked, and says in `trouble` where it can't. */
export async function attemptWith(
  trouble: Signal<string | null>,
  action: () => Promise<unknown>,
): Promise<void> {
  trouble.value = null;
  try {
    await action();
  } catch (error) {
    trouble.value = words('command_failed', reasonOf(error));
  }
}

/** The same with what the worker is asked for, which may refuse it. */
export function commandWith(
  trouble: Signal<string | null>,
  ask: () => Promise<{ readonly ok: boolean }>,
  onTaken = () => {},
): Promise<void> {
  return attemptWith(trouble, async () => {
    const { ok } = await ask();
    if (ok) onTaken();
    else trouble.value = words('command_refused');
  });
}
