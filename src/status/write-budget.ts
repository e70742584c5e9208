import { number, record, type Shaped, time } from '../storage/shape.ts';

/**
 * How long an issue can still be edited. Every change raises its version, and past a limit the
 * tracker refuses to change it (behaviour.md, "The write budget of an issue").
 */

/** Whose limit a token falls under is not to be found out: the lower is reckoned with. */
export const versionLimits = { robots: 10_100, people: 11_100 } as const;
export const versionLimit = Math.min(...Object.values(versionLimits));
const warnedShare = 0.9;

/** Whether an issue is near the end of its write budget. */
export function isNearVersionLimit(version: number): boolean {
  return version >= versionLimit * warnedShare;
}

/** Where the counting of an issue's versions began. */
export const versionSampleShape = record({ version: number, at: time });
export type VersionSample = Readonly<Shaped<typeof versionSampleShape>>;

const dayMs = 86_400_000;
const longestLookBackMs = 7 * dayMs;
/** Less than a day says nothing: the first run of a long queue would look like the end of it. */
const shortestLookBackMs = dayMs;

/**
 * The sample to go on with. One that looks back too far moves up to half of that along the straight
 * line to the present, so that the pace is always known and always that of the last days.
 */
export function renewedSample(
  sample: VersionSample | null,
  version: number,
  now: number,
): VersionSample {
  // Another issue under this key, or a clock that was set back: counting begins anew.
  if (sample === null || version < sample.version || now < sample.at) return { version, at: now };
  const lookBackMs = now - sample.at;
  if (lookBackMs <= longestLookBackMs) return sample;
  const keptMs = longestLookBackMs / 2;
  const risen = version - sample.version;
  return { version: version - risen * (keptMs / lookBackMs), at: now - keptMs };
}

/**
 * The days until an issue reaches a version if it goes on as since the sample; null while too
 * little is known to tell, or where nothing is written.
 */
export function daysLeft(
  sample: VersionSample | null,
  version: number,
  now: number,
  limit: number,
): number | null {
  if (sample === null || now - sample.at < shortestLookBackMs || version <= sample.version) {
    return null;
  }
  const versionsADay = (version - sample.version) / ((now - sample.at) / dayMs);
  return Math.max(0, limit - version) / versionsADay;
}
