import * as z from 'zod/mini';
import { membersSchema } from '../settings/envelope.ts';
import { forget, readArea, store } from '../storage/stored.ts';
import { timeSchema } from '../storage/time.ts';
import { type Draft, parseEdits } from './draft.ts';

/**
 * Unsaved edits, kept in memory until the browser closes, so that closing the page by mistake loses
 * none. A typed token is not among them: nobody said to store it, and it can be pasted again.
 */
export interface KeptEdits {
  /** When the last of them was made, in milliseconds since 1970. */
  readonly at: number;
  /** The inputs that differ from the settings, as they were left. */
  readonly edits: Partial<Draft>;
  /** What these inputs had been filled with. */
  readonly from: Partial<Draft>;
  /** The setting that was edited last. */
  readonly field: string;
  readonly hadToken: boolean;
}

const keptSchema = z.object({
  at: timeSchema,
  edits: z.pipe(membersSchema, z.transform(parseEdits)),
  from: z.pipe(membersSchema, z.transform(parseEdits)),
  field: z.string(),
  hadToken: z.boolean(),
});

const prefix = 'edits_';

/** What a page that was closed has left, and where this page keeps its own. */
export interface EditKeeper {
  readonly left: KeptEdits | null;
  /** Null: there are none. */
  readonly keep: (kept: KeptEdits | null) => void;
}

/** Each page keeps its own; a lock, which the page's end releases, tells that it is still open. */
export async function openEditKeeper(): Promise<EditKeeper> {
  const own = `${prefix}${crypto.randomUUID()}`;
  await holdForLife(own);
  const { held = [] } = await navigator.locks.query();
  const open = new Set(held.map(({ name }) => name));
  const all = Object.entries(await readArea('session')).flatMap(([key, value]) => {
    const parsed = keptSchema.safeParse(value);
    const isLeft = key.startsWith(prefix) && !open.has(key);
    return isLeft && parsed.success ? [{ key, kept: parsed.data }] : [];
  });
  const [last] = all.sort((one, other) => other.kept.at - one.kept.at);
  if (last !== undefined) await forget(last.key);
  return {
    left: last?.kept ?? null,
    keep: (kept) => {
      const written = kept === null ? forget(own) : store({ [own]: kept }, 'session');
      written.catch(() => {
        // Then a mistake would lose what is typed; no reason to keep anybody from typing on.
      });
    },
  };
}

function holdForLife(name: string): Promise<void> {
  return new Promise((resolve) => {
    void navigator.locks.request(name, () => {
      resolve();
      return new Promise(() => undefined);
    });
  });
}
