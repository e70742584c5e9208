import type { Failure } from '../errors/failure.ts';
import { sourceOf } from '../settings/layers.ts';
import { originOf } from '../settings/origin.ts';
import { missingSettings, problemsOf, type Settings } from '../settings/schema.ts';
import {
  isTokenFor,
  type LoadedSettings,
  loadSettings,
  storedToken,
  type Token,
} from '../settings/store.ts';
import { type Setup, storedSetup } from '../status/setup.ts';
import type { Host } from '../status/status.ts';
import { isAllowed } from './host-permissions.ts';

/**
 * What of the settings or of the browser's permissions lets no run begin; null where nothing does.
 * @param isOfLink the run is about a link alone, and needs the content API alone.
 */
export async function failureOfSetup(
  loaded: LoadedSettings,
  token: Token,
  isOfLink = false,
): Promise<Failure | null> {
  const { settings, repaired, isNewer } = loaded;
  if (isNewer) return { code: 'not_configured', details: ['reason_newer_version'] };
  // A deferral date passes by itself, and what others have stored keeps to no rule.
  const problems = problemsOf(settings, Date.now());
  const missing = missingSettings(settings, isTokenFor(token, settings));
  const wrong = new Set(
    [...repaired, ...problems.map(({ name }) => name), ...missing].filter(
      (name) => !isOfLink || name === 'contentUrl' || name === 'contentTimeoutSeconds',
    ),
  );
  if (wrong.size > 0) {
    const names = [...wrong].join(', ');
    // Alone, it is said to be wrong in its own way.
    const problem = problems.find(({ name }) => name === names)?.problem ?? [];
    return { code: 'not_configured', details: [names].concat(problem) };
  }
  // Without a permission a fetch fails just as without a connection: asked for first.
  const hosts: Host[] = isOfLink ? ['content'] : ['tracker', 'content'];
  for (const host of hosts) {
    const url = settings[`${host}Url`];
    if (!(await isAllowed(url))) {
      return { code: `${host}_permission_missing`, details: [new URL(url).hostname] };
    }
  }
  return null;
}

/** Loads the settings, and stores what the popup draws of them where that has changed. */
export async function noteSetup(): Promise<{
  settings: Settings;
  missing: readonly string[];
  failure: Failure | null;
}> {
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
    signInUrl: settings.loginUrl || (originOf(settings.contentUrl) ?? ''),
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
  return { settings, missing: setup.missing, failure: await failureOfSetup(loaded, token) };
}
