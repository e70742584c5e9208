interface Alarms {
  /** The schedule's; null where it is not set. */
  readonly alarmAt: number | null;
  readonly everySeconds: number;
  /** The schedule rests until then, in a halting state. */
  readonly notBefore: number;
  /** What may be over any moment (signed out, offline) is tried then; null where nothing is. */
  readonly bellAt: number | null;
}

/**
 * When something is tried next: the first ring of the schedule that a halt's pause lets through, or
 * the bell's before it. Null where neither is set.
 */
export function nextRunAt({ alarmAt, everySeconds, notBefore, bellAt }: Alarms): number | null {
  if (alarmAt === null) return bellAt;
  const periodMs = everySeconds * 1000;
  const rings = Math.max(0, Math.ceil((notBefore - alarmAt) / periodMs));
  return Math.min(alarmAt + rings * periodMs, bellAt ?? Number.POSITIVE_INFINITY);
}
