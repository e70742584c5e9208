import { vi } from 'vitest';

/** As much of `BroadcastChannel` as news take: told at once, by whichever version. */
export function fakeChannel(): { tell: (message: unknown) => void; told: unknown[] } {
  const told: unknown[] = [];
  const listeners = new Set<(event: { data: unknown }) => void>();
  const tell = (data: unknown) => {
    told.push(data);
    for (const listener of listeners) listener({ data });
  };
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      addEventListener = (_: string, listener: (event: { data: unknown }) => void) =>
        void listeners.add(listener);
      postMessage = tell;
      close = () => listeners.clear();
    },
  );
  return { tell, told };
}
