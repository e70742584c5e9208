import browser from 'webextension-polyfill';
import type { Settings } from '../settings/schema.ts';
import { bellAlarm } from '../status/bell.ts';
import { isAlarmLost } from '../status/pause.ts';

/** The alarms of the two schedules, by the runs they ring for; beside them there is the bell (status/bell.ts). */
export const processAlarm = 'process';
export const recheckAlarm = 'recheck';

/**
 * Makes the two schedules what the settings say. What is there already is left as it is: alarms
 * are lost by updates and some restarts, but one that is made anew at each start never rings.
 * The browser goes by the clock: after that was set back, an alarm would be late by as much.
 */
export async function armSchedules(settings: Settings): Promise<void> {
  const isPaused = settings.schedulePaused;
  await Promise.all([
    arm(processAlarm, isPaused ? null : settings.processEverySeconds / 60),
    arm(recheckAlarm, isPaused ? null : settings.recheckEverySeconds / 60),
  ]);
}

async function arm(name: string, periodInMinutes: number | null): Promise<void> {
  const present = await browser.alarms.get(name);
  if (periodInMinutes === null) await browser.alarms.clear(name);
  else if (
    present?.periodInMinutes !== periodInMinutes ||
    isAlarmLost(present.scheduledTime, periodInMinutes * 60_000, Date.now())
  ) {
    await browser.alarms.create(name, { periodInMinutes });
  }
}

/** Rings when a long wait is over. */
export async function armBellAt(time: number): Promise<void> {
  await browser.alarms.create(bellAlarm, { when: time });
}

export async function disarmBell(): Promise<void> {
  await browser.alarms.clear(bellAlarm);
}
