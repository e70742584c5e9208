import browser from 'webextension-polyfill';
import * as z from 'zod/mini';

// Otherwise zod tries whether it may compile code, which the extension's policy forbids and reports.
z.config({ jitless: true });

/** A value in the extension's storage: declared once, parsed at every read. */
export interface Stored<Value> {
  readonly key: string;
  /** The stored value; the fallback where nothing is stored or what is stored does not parse. */
  read(): Promise<Value>;
  write(value: Value): Promise<void>;
  /** Calls back with each later value, from whichever page or worker it came. */
  watch(onChange: (value: Value) => void): () => void;
}

/** Declares a value of `storage.local`, open to trusted contexts only: see background/storage-access.ts. */
export function stored<Value>(
  key: string,
  schema: z.ZodMiniType<Value>,
  fallback: Value,
): Stored<Value> {
  const parse = (value: unknown): Value => {
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed.data : fallback;
  };
  return {
    key,
    read: async () => parse((await browser.storage.local.get(key))[key]),
    write: (value) => browser.storage.local.set({ [key]: value }),
    watch: (onChange) => {
      const listener = (changes: Record<string, { newValue?: unknown }>, area: string) => {
        const change = changes[key];
        if (area === 'local' && change !== undefined) onChange(parse(change.newValue));
      };
      browser.storage.onChanged.addListener(listener);
      return () => browser.storage.onChanged.removeListener(listener);
    },
  };
}
