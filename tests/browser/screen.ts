import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { aptGet } from './install.ts';

const run = promisify(execFile);

/** What a screen is made of; Debian's packages have the same names in small letters. */
const programs = { Xvfb: 'xvfb', xdotool: 'xdotool' } as const;

/**
 * Sees to it that a screen can be made: on Debian, as root, by installing what is missing.
 * @throws Error that says what to install elsewhere.
 */
function ensurePrograms(): void {
  const missing = Object.entries(programs).filter(([name]) => !existsSync(`/usr/bin/${name}`));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    throw new Error(
      `Missing for a test with a real window: ${packages.join(', ')}. ` +
        `Install them (Debian: "sudo apt-get install ${packages.join(' ')}").`,
    );
  }
  aptGet('update');
  aptGet('install', '-y', '--no-install-recommends', ...packages);
}

/** A screen of its own, and a keyboard: for what a browser asks in a native window. */
export class Screen {
  /** For the variable DISPLAY. */
  readonly display: string;
  private readonly server: ChildProcess;

  private constructor(display: string, server: ChildProcess) {
    this.display = display;
    this.server = server;
  }

  static async start(): Promise<Screen> {
    ensurePrograms();
    const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
    const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    // The fourth of the streams asked for above.
    const numbers = server.stdio[3] as Readable;
    const number = await new Promise<string>((resolve, reject) => {
      numbers.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()));
      server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
      server.once('error', reject);
    });
    return new Screen(`:${number}`, server);
  }

  /** Presses keys, as xdotool names them, in whatever window has the keyboard. */
  async press(...keys: string[]): Promise<void> {
    await this.xdotool('key', '--delay', '60', ...keys);
  }

  private async xdotool(...args: string[]): Promise<string> {
    const env = { ...process.env, DISPLAY: this.display };
    return (await run('xdotool', args, { env })).stdout;
  }

  stop(): void {
    this.server.kill();
  }
}
