import { flag, list, number, record, type Shaped, text } from '../storage/shape.ts';
import { stored } from '../storage/stored.ts';

const setupShape = record({
  /** Settings that a run needs and that are not there, and `token`. */
  missing: list(text),
  /** Settings that did not parse and stand at their defaults. */
  repaired: list(text),
  /** A newer version of this extension has stored them. */
  isNewer: flag,
  isPaused: flag,
  /** The organisation's policy says so: nobody can resume it here. */
  isPauseManaged: flag,
  trackerUrl: text,
  /** Where people sign in to the content API; empty where it is not set. */
  signInUrl: text,
  checklistIssues: list(text),
  pausedQueues: list(text),
  /** One alone is paused by the schedule; what the organisation has set stays. */
  canPauseQueues: flag,
  processEverySeconds: number,
  leaveFailedUnchecked: flag,
});
/**
 * What the popup draws of the settings. The worker stores it with each change of them, so that the
 * popup need not load all that settings are checked with.
 */
export type Setup = Shaped<typeof setupShape>;

/** Until a worker has stored it, which it does as soon as it starts, nothing is set up. */
export const storedSetup = stored<Setup>('setup', setupShape, {
  missing: ['token'],
  repaired: [],
  isNewer: false,
  isPaused: false,
  isPauseManaged: false,
  trackerUrl: 'https://api.tracker.yandex.net/v2',
  signInUrl: '',
  checklistIssues: [],
  pausedQueues: [],
  canPauseQueues: false,
  processEverySeconds: 30,
  leaveFailedUnchecked: false,
});
