import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Where Chromium is looked for; the variable CHROMIUM names another place. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** What is known of a machine when a Chromium is wanted on it. */
export interface Machine {
  /** What the variable CHROMIUM names; null where it is not set. */
  readonly named: string | null;
  /** Whether there is a file at a path. */
  readonly exists: (path: string) => boolean;
  readonly isDebian: boolean;
  readonly isRoot: boolean;
}

/** Where Chromium is, or that it can be installed, or what a person is told to do. */
type ChromiumPlan =
  | { readonly do: 'use'; readonly path: string }
  | { readonly do: 'install' }
  | { readonly do: 'tell'; readonly message: string };

/** Decides how to come by a Chromium; changes nothing. */
export function planChromium({ named, exists, isDebian, isRoot }: Machine): ChromiumPlan {
  if (named !== null) {
    if (exists(named)) return { do: 'use', path: named };
    return { do: 'tell', message: `The variable CHROMIUM names ${named}, which is not there.` };
  }
  const path = places.find(exists);
  if (path !== undefined) return { do: 'use', path };
  if (isDebian && isRoot) return { do: 'install' };
  return {
    do: 'tell',
    message:
      'Chromium is missing. Install it (Debian: "sudo apt-get install chromium", macOS: ' +
      '"brew install --cask chromium"), or name its program in the variable CHROMIUM. ' +
      'Chrome itself will not do: it loads no unpacked extension from its command line.',
  };
}

function thisMachine(): Machine {
  return {
    named: process.env.CHROMIUM || null,
    exists: existsSync,
    isDebian: existsSync('/etc/debian_version'),
    isRoot: process.getuid?.() === 0,
  };
}

/** Chromium's path, or null. */
export function findChromium(): string | null {
  const plan = planChromium(thisMachine());
  return plan.do === 'use' ? plan.path : null;
}

/**
 * Chromium's path, after installing it where that is possible: on Debian, as root.
 * @throws Error that says how to get one elsewhere.
 */
export function ensureChromium(): string {
  const plan = planChromium(thisMachine());
  if (plan.do === 'use') return plan.path;
  if (plan.do === 'tell') throw new Error(plan.message);
  process.stdout.write('Chromium is missing: installing it with apt-get.\n');
  aptGet('update');
  aptGet('install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation');
  const installed = findChromium();
  if (installed === null) throw new Error('apt-get installed chromium, but it is not to be found.');
  return installed;
}

/** Runs apt-get, which asks nothing and waits for another one that is at work. */
export function aptGet(...args: string[]): void {
  try {
    execFileSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch {
    // What went wrong has been printed by apt-get itself.
    throw new Error(
      `"apt-get ${args.join(' ')}" failed, see above. Without it Chromium can't be installed.`,
    );
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    ensureChromium();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
