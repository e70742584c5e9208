import { sourceOf } from '../settings/layers.ts';
import { missingSettings, type Settings } from '../settings/schema.ts';
import { isTokenFor, loadSettings, storedToken } from '../settings/store.ts';
import { type Setup, storedSetup } from '../status/setup.ts';

/** Loads the settings, and stores what the popup draws of them where that has changed. */
export async function noteSetup(): Promise<Settings> {
  const [loaded, token, before] = await Promise.all([
    loadSettings(),
    storedToken.read(),
    storedSetup.read(),
  ]);
  const { settings, repaired, isNewer } = loaded;
  const setup: Setup = {
    missing: missingSettings(settings, isTokenFor(token, settings)),
    repaired: [...repaired],
    isNewer,
    isPaused: settings.schedulePaused,
    isPauseManaged: sourceOf(loaded, 'schedulePaused') === 'managed',
    trackerUrl: settings.trackerUrl,
    signInUrl: settings.loginUrl || (URL.parse(settings.contentUrl)?.origin ?? ''),
    checklistIssues: settings.checklistIssues,
    pausedQueues: settings.pausedQueues,
    canPauseQueues:
      sourceOf(loaded, 'pausedQueues') !== 'managed' &&
      (settings.checklistIssues.length > 1 || settings.pausedQueues.length > 0),
    processEverySeconds: settings.processEverySeconds,
    leaveFailedUnchecked: settings.leaveFailedUnchecked,
  };
  // Both are made by the same lines, so their members stand in the same order.
  if (JSON.stringify(setup) !== JSON.stringify(before)) await storedSetup.write(setup);
  return settings;
}
