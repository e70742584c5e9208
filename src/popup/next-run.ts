/**
 * When the schedule works next: the first ring of the alarm that a halt's pause lets through.
 * Null where no alarm is set.
 */
export function nextRunAt(
  alarmAt: number | null,
  everySeconds: number,
  notBefore: number,
): number | null {
  if (alarmAt === null) return null;
  const periodMs = everySeconds * 1000;
  return alarmAt + Math.max(0, Math.ceil((notBefore - alarmAt) / periodMs)) * periodMs;
}
