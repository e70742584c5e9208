import browser from 'webextension-polyfill';
import { storedCandidate, storedFindings } from '../messages/probe.ts';
import { isTokenFor, loadSettings, storedToken } from '../settings/store.ts';
import { type Findings, noFindings, withNews } from '../setup/checks.ts';
import { runChecks } from '../setup/run-checks.ts';
import { forget } from '../storage/stored.ts';
import { isAllowed } from './host-permissions.ts';
import { processAlarm, recheckAlarm } from './schedule.ts';

/** Enough for every page that looks on. */
const mostKept = 6;

/** What the probes of this worker found. A page that misses its own has seen them, or asks anew. */
const findings = new Map<string, Findings>();

/**
 * Makes the checks of a candidate, and stores each finding as it comes.
 * @returns false where no candidate lies ready under this id.
 */
export async function probe(id: string): Promise<boolean> {
  const place = storedCandidate(id);
  const candidate = await place.read();
  if (candidate === null) return false;
  // From here on the token is in this worker's memory alone.
  await forget(place.key);
  const { checks, settings } = candidate;
  const token = candidate.token ?? (await storedToken.read());
  let lastWrite = Promise.resolve();
  await runChecks({
    wanted: new Set(checks),
    settings,
    token: token !== null && isTokenFor(token, settings) ? token.value : null,
    isAllowed,
    schedules: schedulesState,
    tell: (news) => {
      findings.set(id, withNews(findings.get(id) ?? noFindings, news));
      for (const oldest of [...findings.keys()].slice(0, -mostKept)) findings.delete(oldest);
      lastWrite = storedFindings.write(Object.fromEntries(findings));
    },
  });
  await lastWrite;
  return true;
}

/** The schedules are those in force: a candidate has none. */
async function schedulesState(): Promise<'armed' | 'not_armed' | 'paused'> {
  const [{ settings }, alarms] = await Promise.all([loadSettings(), browser.alarms.getAll()]);
  if (settings.schedulePaused) return 'paused';
  const armed = new Set(alarms.map(({ name }) => name));
  return armed.has(processAlarm) && armed.has(recheckAlarm) ? 'armed' : 'not_armed';
}
