import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Part, Scenario } from './expectations.ts';
import { findDifferences } from './expectations.ts';
import type { Json } from './json.ts';
import type { RateLimit } from './rate-limit.ts';
import type { LogEntry, RequestFilter, Tally } from './request-log.ts';
import type { SimulatorSpec } from './scenarios.ts';
import type { ApiSide, Simulator } from './server.ts';
import { envFile, settingsJsonFile } from './standard-world.ts';

/** An issue in a few words. */
interface IssueState {
  readonly version: number;
  readonly fields: Readonly<Record<string, Json>>;
  readonly items: number;
  readonly done: number;
  /** Edits of the issue itself that came with the token. */
  readonly patches: number;
}

/** What can be asked of a simulator in another process: arguments and answers are plain data. */
export interface Commands {
  setLatency(ms: number, side?: ApiSide): void;
  setRateLimit(limit: RateLimit | null, side?: ApiSide): void;
  signOut(): void;
  /** Unchecks all items, for a second pass; gives their number. */
  uncheckAll(): number;
  resetRequests(): void;
  tally(): Tally[];
  requests(filter?: Omit<RequestFilter, 'path'>): LogEntry[];
  issue(key: string): IssueState;
  findDifferences(parts?: readonly Part[]): string[];
  /** Resolves once no item of the checklist is unchecked. */
  untilAllChecked(timeoutMs?: number): Promise<void>;
}

/** What a simulator in another process is reached by. */
interface Addresses {
  readonly trackerUrl: string;
  readonly trackerWebUrl: string;
  readonly contentUrl: string;
  readonly loginUrl: string;
  readonly certificate: string;
  readonly envFile: string;
  readonly settingsJsonFile: string;
  readonly token: string;
  readonly pid: number;
}

/** A simulator in a process of its own, so that a benchmark does not measure both in one. */
export interface RemoteSimulator extends Addresses {
  /** Asks it something. */
  ask<Name extends keyof Commands>(
    name: Name,
    ...args: Parameters<Commands[Name]>
  ): Promise<Awaited<ReturnType<Commands[Name]>>>;
  /** Ends the process. */
  close(): Promise<void>;
}

/** What the two processes say to each other. */
export type ToChild =
  | { start: SimulatorSpec }
  | { id: number; ask: keyof Commands; args: unknown[] };
export type ToParent =
  | { started: Addresses }
  | { id: number; result: unknown }
  | { id: number; error: string };

/** The commands, as carried out where the simulator is. */
export function commandsOf(simulator: Simulator, scenario: Scenario): Commands {
  const { world, requests } = simulator;
  const [checklistKey = ''] = world.checklistKeys;
  return {
    setLatency: (ms, side) => simulator.setLatency(ms, side),
    setRateLimit: (limit, side) => simulator.setRateLimit(limit, side),
    signOut: () => world.signOut(),
    uncheckAll() {
      const items = [...world.issue(checklistKey).items.values()].filter(({ checked }) => checked);
      for (const { id } of items) world.editItem(checklistKey, id, { checked: false });
      return items.length;
    },
    resetRequests: () => requests.reset(),
    tally: () => requests.tally(),
    requests: (filter = {}) => requests.matching(filter),
    issue(key) {
      const { version, fields, items, done } = world.issue(key);
      return {
        version,
        fields: Object.fromEntries(fields),
        items: items.size,
        done,
        patches: world.patches(key).length,
      };
    },
    findDifferences: (parts) => findDifferences(scenario, parts),
    untilAllChecked: (timeoutMs) =>
      world.until(
        'all items to be checked',
        () => {
          const { items, done } = world.issue(checklistKey);
          return items.size === done;
        },
        timeoutMs,
      ),
  };
}

/** Addresses and settings of a simulator, as plain data. */
export function addressesOf(simulator: Simulator): Addresses {
  const { trackerUrl, trackerWebUrl, contentUrl, loginUrl, certificate, world } = simulator;
  return {
    trackerUrl,
    trackerWebUrl,
    contentUrl,
    loginUrl,
    certificate,
    envFile: envFile(simulator),
    settingsJsonFile: settingsJsonFile(),
    token: world.trackerRules.token,
    pid: process.pid,
  };
}

/** Starts a simulator in a process of its own. */
export async function startRemoteSimulator(spec: SimulatorSpec): Promise<RemoteSimulator> {
  // Found from here, not from the current directory as a bare `--import tsx` would be.
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = fork(fileURLToPath(new URL('remote-child.ts', import.meta.url)), {
    execArgv: ['--import', tsx],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Unlike JSON, keeps `undefined` apart from null.
    serialization: 'advanced',
  });
  const pending = new Map<number, (reply: ToParent) => void>();
  let lastId = 0;
  const addresses = await new Promise<Addresses>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The simulator's process ended: ${code}`)));
    // Only the child that was just started sends on this channel, and only these.
    child.on('message', (message: ToParent) => {
      if ('started' in message) resolve(message.started);
      else pending.get(message.id)?.(message);
    });
    send(child, { start: spec });
  });
  child.once('exit', () => {
    for (const [id, settle] of pending) settle({ id, error: 'The process has ended' });
  });
  return {
    ...addresses,
    ask(ask, ...args) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        pending.set(id, (reply) => {
          pending.delete(id);
          if ('error' in reply) reject(new Error(`${ask}: ${reply.error}`));
          // The child answers a command with what that command returns.
          else if ('result' in reply) resolve(reply.result as never);
        });
        send(child, { id, ask, args });
      });
    },
    close() {
      return new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.disconnect();
      });
    },
  };
}

function send(child: ChildProcess, message: ToChild): void {
  child.send(message);
}
