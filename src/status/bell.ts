import browser from 'webextension-polyfill';

/**
 * The alarm that has the worker take up what is asked for or left over. It is made before that is
 * stored: a worker that dies in the same moment is then started again by it, whatever the schedule.
 */
export const resumeAlarm = 'resume';

/** The least period of an installed extension's alarm (chrome.alarms). */
const leastPeriodInMinutes = 0.5;

/** Rings every 30 s until nothing is left to do. */
export async function armResume(): Promise<void> {
  await browser.alarms.create(resumeAlarm, { periodInMinutes: leastPeriodInMinutes });
}
