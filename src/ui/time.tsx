import { language, words } from '../words/words.ts';
import { clock } from './clock.ts';
import { minute, roughDuration } from './duration.ts';

const fullTimes = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
const clockTimes = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
const daysAndTimes = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });

/** A duration such as "20 s"; none is less than nothing, though a clock that was set back says so. */
export function durationWords(ms: number, secondsUntil?: number): string {
  const { count, unit } = roughDuration(Math.max(0, ms), secondsUntil);
  return words(`duration_${unit}`, count);
}

/** A time of day such as "14:02", with its date where it is not today's. */
export function clockWords(at: number): string {
  const today = new Date(at).toDateString() === new Date().toDateString();
  return (today ? clockTimes : daysAndTimes).format(at);
}

/** A moment told in full, date and time: the title of whatever tells it otherwise. */
export function fullTimeWords(at: number): string {
  return fullTimes.format(at);
}

function Moment({ at, children }: { at: number; children: string }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={fullTimeWords(at)}>
      {children}
    </time>
  );
}

/** A moment told by its distance, "in 20 s" or "5 min ago", with the clock time in its title. */
export function RelativeTime({ at }: { at: number }) {
  return <Moment at={at}>{relativeWords(at - clock.value)}</Moment>;
}

function relativeWords(distance: number): string {
  if (Math.abs(distance) < 1000) return words('time_now');
  // Nobody counts the seconds to or from a moment that is a minute away.
  const duration = durationWords(Math.abs(distance), minute);
  return distance > 0 ? words('time_ahead', duration) : words('time_ago', duration);
}

/** A moment told by the clock, "14:02", with the full date in its title. */
export function ClockTime({ at }: { at: number }) {
  return <Moment at={at}>{clockWords(at)}</Moment>;
}

/** A moment told in full, date and time. */
export function FullTime({ at }: { at: number }) {
  return <time dateTime={new Date(at).toISOString()}>{fullTimeWords(at)}</time>;
}
