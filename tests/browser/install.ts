import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Where Chromium is looked for; the variable CHROMIUM names another place. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'];

/** Chromium's path, or null. Branded Chrome no longer loads unpacked extensions from its command line. */
export function findChromium(): string | null {
  const { CHROMIUM } = process.env;
  return [CHROMIUM ?? '', ...places].find((path) => path !== '' && existsSync(path)) ?? null;
}

/**
 * Chromium's path, after installing it where that is possible: on Debian, as root.
 * @throws Error that says how to get one elsewhere.
 */
export function ensureChromium(): string {
  const present = findChromium();
  if (present !== null) return present;
  const canInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (!canInstall) {
    throw new Error(
      'Chromium is missing. Install it (Debian: "sudo apt-get install chromium", macOS: ' +
        '"brew install chromium"), or name its program in the variable CHROMIUM.',
    );
  }
  const options = {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  } as const;
  process.stdout.write('Chromium is missing: installing it with apt-get.\n');
  execFileSync('apt-get', ['update', '-qq'], options);
  const packages = ['chromium', 'fonts-liberation'];
  execFileSync(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
    options,
  );
  const installed = findChromium();
  if (installed === null) throw new Error('apt-get installed chromium, but it is not to be found.');
  return installed;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) ensureChromium();
