import type { ItemReport } from '../../../src/activity/entries.ts';
import { knownQueues } from '../../../src/background/queue-status.ts';
import { ContentReader } from '../../../src/breadcrumbs/content-reader.ts';
import { HostGate } from '../../../src/http/host-gate.ts';
import { type ItemMemories, ItemMemoryBook } from '../../../src/queue/item-memory.ts';
import { processQueues } from '../../../src/queue/process.ts';
import { recheckQueues } from '../../../src/queue/recheck.ts';
import type { Chosen, QueueReport, RunContext, RunEnd } from '../../../src/queue/run-context.ts';
import { planImport } from '../../../src/settings/import.ts';
import { defaultSettings, type Settings } from '../../../src/settings/schema.ts';
import { type Habits, noHabits, TrackerClient } from '../../../src/tracker/client.ts';
import { envFile, type Simulator } from '../../simulator/index.ts';

/** What holds between the runs of one profile. */
export interface Profile {
  readonly memory: ItemMemoryBook;
  readonly reports: Map<string, QueueReport>;
  habits: Habits;
}

export function newProfile(): Profile {
  return { memory: new ItemMemoryBook([]), reports: new Map(), habits: noHabits };
}

export interface RunOptions {
  readonly kind?: 'process' | 'recheck';
  /** Something else to do than a pass of that kind. */
  readonly work?: (context: RunContext) => Promise<RunEnd>;
  readonly settings?: Partial<Settings>;
  readonly profile?: Profile;
  readonly brake?: boolean;
  readonly token?: string;
  readonly isStopped?: () => boolean;
  readonly chosen?: Chosen;
}

/** The settings that the original program's files give for a simulator. */
export function settingsFor(simulator: Simulator): Settings {
  const files = [{ name: '.env', text: envFile(simulator) }];
  return planImport(files, { settings: defaultSettings, token: null, managed: {} }, Date.now())
    .settings;
}

/** Runs once with the real clients, over loopback, as the worker would. */
export async function run(
  simulator: Simulator,
  options: RunOptions = {},
): Promise<{ end: RunEnd; entries: ItemReport[] }> {
  const { profile = newProfile(), kind = 'process', brake = true } = options;
  const settings = { ...settingsFor(simulator), ...options.settings };
  const gates = {
    tracker: new HostGate(),
    content: new HostGate(),
  };
  const tracker = new TrackerClient({
    settings,
    token: options.token ?? simulator.world.trackerRules.token,
    gate: gates.tracker,
    habits: profile.habits,
  });
  let ticks = 0;
  const tick = () => {
    ticks += 1;
    return ticks;
  };
  const entries: ItemReport[] = [];
  const context: RunContext = {
    settings,
    queues: settings.checklistIssues,
    tracker,
    content: new ContentReader({
      url: settings.contentUrl,
      timeoutMs: settings.contentTimeoutSeconds * 1000,
      gate: gates.content,
      tick,
    }),
    gates,
    tick,
    memory: profile.memory,
    journal: {
      found: () => undefined,
      begin: () => Promise.resolve(),
      intend: () => Promise.resolve(),
      remember: () => Promise.resolve(),
      setAside: () => undefined,
      end: (entry) => entries.push(entry),
      queue: (report) => profile.reports.set(report.checklistIssue, report),
    },
    sentence: ({ details }) => `Sentence about ${details.join(', ')}.`,
    isStopped: options.isStopped ?? (() => false),
    isOffline: () => false,
    brake,
    dealtWith: new Map(),
    hasSucceeded: false,
    known: knownQueues([...profile.reports.values()], 'click'),
    chosen: options.chosen ?? null,
  };
  const pass = kind === 'process' ? processQueues : recheckQueues;
  const end = await (options.work ?? pass)(context);
  profile.habits = tracker.habits;
  return { end, entries };
}

/** What is remembered of all items, where nothing of it was stored before. */
export function remembered({ memory }: { readonly memory: ItemMemoryBook }): ItemMemories {
  return Object.assign({}, ...memory.takeChanged().values());
}
