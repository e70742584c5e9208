import { readdir, readFile } from 'node:fs/promises';

/** The processes of the browser on a profile, the one that started the others first. Linux tells by its `/proc`. */
export async function pidsOf(profile: string): Promise<number[]> {
  const own: { readonly pid: number; readonly isFirst: boolean }[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await commandLine(name);
    if (!line.includes(`--user-data-dir=${profile}\0`)) continue;
    own.push({ pid: Number(name), isFirst: !line.includes('\0--type=') });
  }
  return own.sort((a, b) => Number(b.isFirst) - Number(a.isFirst)).map(({ pid }) => pid);
}

/** A process's program and arguments, each followed by NUL; '' for one that has ended. */
export async function commandLine(pid: number | string): Promise<string> {
  // A process that ends while one looks has none.
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}
