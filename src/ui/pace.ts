/** How fast a run goes, from what it has finished so far; null before anything can be told. */
interface Pace {
  readonly rate: { readonly count: number; readonly per: 'second' | 'minute' };
  readonly timeLeftMs: number;
}

/** The pace of a run, told per second from one item a second on and per minute below. */
export function paceOf(finished: number, left: number, elapsedMs: number): Pace | null {
  if (finished === 0 || elapsedMs < 1000) return null;
  const perSecond = (finished * 1000) / elapsedMs;
  const rate =
    perSecond >= 1
      ? { count: perSecond, per: 'second' as const }
      : { count: Math.round(perSecond * 60), per: 'minute' as const };
  return { rate, timeLeftMs: (left * 1000) / perSecond };
}
