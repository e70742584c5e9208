import { type Command, commandSchema } from '../messages/protocol.ts';
import type { Reply } from '../messages/reply.ts';
import { changeSetting, followPolicies, settingsChange } from '../settings/store.ts';
import { storedState } from '../status/status.ts';
import type { StorageChanges } from '../storage/stored.ts';
import { drawBadge } from './badge.ts';
import { fetchedPageReady } from './fetched-data.ts';
import { openGuideOnce } from './guide.ts';
import { haltBySetup } from './halt.ts';
import { notify } from './notifications.ts';
import {
  askForDeferral,
  askForRun,
  askForScheduledRun,
  askForTask,
  drain,
  giveWay,
  retryAfterHalt,
  stopRun,
} from './runner.ts';
import { armSchedules, processAlarm, recheckAlarm } from './schedule.ts';
import { noteSetup } from './setup.ts';
import { notingTrouble } from './storage-trouble.ts';
import { storedAwake } from './worker-store.ts';

/** What the worker does about each event; index.ts hears of them. */

const badgeEveryMs = 1000;
let isBadgeDue = false;

export function onStart(): void {
  void notingTrouble(start);
  void notingTrouble(followPolicies);
}

/** @returns what a page's message is answered with, once what it asks for is stored. */
export async function onCommand(message: unknown): Promise<Reply> {
  const command = commandSchema.safeParse(message);
  return command.success ? obey(command.data) : { ok: false };
}

export function onAlarm(name: string): void {
  void notingTrouble(async () => {
    if (name === processAlarm || name === recheckAlarm) await askForScheduledRun(name);
    else await drain().then(retryAfterHalt);
  });
}

export function onStored(changes: StorageChanges, area: string): void {
  const change = settingsChange(changes, area);
  if (change !== null) void notingTrouble(() => applySettings(change.isRunAsked));
  const state = storedState.broughtBy(changes, area);
  if (state !== null) void notingTrouble(() => notify(state.value));
  if (area === 'managed') void notingTrouble(followPolicies);
  if (isBadgeDue) return;
  isBadgeDue = true;
  setTimeout(() => {
    isBadgeDue = false;
    void notingTrouble(drawBadge);
  }, badgeEveryMs);
}

export function onHostAllowed(): void {
  void notingTrouble(followPermissions);
}

export function onTabClosed(): void {
  void notingTrouble(retryAfterHalt);
}

export function onInstalled(): void {
  void notingTrouble(openGuideOnce);
}

async function start(): Promise<void> {
  await followSettings();
  await drawBadge();
  // What a worker that died had not told yet; no work waits for it.
  const state = await storedState.read();
  void notingTrouble(() => notify(state));
  await makeUpForTheTimeClosed();
  await drain();
  await retryAfterHalt();
}

/**
 * With the first worker since the browser started, or since an update: alarms may be lost by it, and
 * those that are made anew ring only after a whole period, which may be longer than anybody has the
 * browser open.
 */
async function makeUpForTheTimeClosed(): Promise<void> {
  if (await storedAwake.read()) return;
  const { lastSuccessAt } = await storedState.read();
  if (lastSuccessAt !== null) {
    await askForScheduledRun('process');
    // Most of what halts that one halts the other.
    await drain();
    await askForScheduledRun('recheck');
  }
  await storedAwake.write(true);
}

async function obey(command: Command): Promise<Reply> {
  switch (command.type) {
    case 'process':
    case 'recheck':
      return { ok: await askForRun(command.type, 'click') };
    case 'defer_anyway':
      return { ok: await askForDeferral() };
    case 'stop':
      await stopRun();
      break;
    case 'resume':
      return { ok: await changeSetting('schedulePaused', () => false) };
    case 'pause_queue': {
      const { checklistIssue, paused } = command;
      const isPaused = await changeSetting('pausedQueues', (keys) => [
        ...keys.filter((key) => key !== checklistIssue),
        ...(paused ? [checklistIssue] : []),
      ]);
      return { ok: isPaused };
    }
    case 'probe':
      return { ok: await (await import('./probe.ts')).probe(command.id) };
    case 'fetched_page_ready':
      fetchedPageReady();
      break;
    default:
      return { ok: await askForTask(command) };
  }
  return { ok: true };
}

/** @param isRunAsked whether the page that saved has asked for a run already, in the same write. */
async function applySettings(isRunAsked: boolean): Promise<void> {
  await giveWay();
  const { settings } = await followSettings();
  if (!isRunAsked && !settings.schedulePaused) await askForRun('process', 'settings');
  await drain();
}

/** With a host allowed, what waited for it goes on; the guide asks for that before all else is set. */
async function followPermissions(): Promise<void> {
  const { settings, failure } = await followSettings();
  if (settings.schedulePaused || failure?.code === 'not_configured') return;
  await askForRun('process', 'settings');
}

/** What the settings in force mean for the time between runs. */
async function followSettings(): ReturnType<typeof noteSetup> {
  const setup = await noteSetup();
  const { settings, failure } = setup;
  await armSchedules(settings);
  await storedState.update((state) => {
    const pausedSince = settings.schedulePaused ? (state.pausedSince ?? Date.now()) : null;
    const halt = haltBySetup(state.halt, failure);
    const isSame = pausedSince === state.pausedSince && halt === state.halt;
    return isSame ? state : { ...state, pausedSince, halt };
  });
  return setup;
}
