import browser from 'webextension-polyfill';

/**
 * The bell, by the alarm's name: it has the worker take up what is asked for or left over. It is armed
 * before that is stored: a worker that dies in the same moment is then started again by it, whatever
 * the schedule.
 */
export const bellAlarm = 'resume';

/** The least period of an installed extension's alarm (chrome.alarms). */
const leastPeriodInMinutes = 0.5;

/** Rings every 30 s until nothing is left to do. */
export async function armBell(): Promise<void> {
  await browser.alarms.create(bellAlarm, { periodInMinutes: leastPeriodInMinutes });
}
