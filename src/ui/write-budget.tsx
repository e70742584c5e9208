import type { QueueStatus } from '../status/status.ts';
import {
  daysLeft,
  isNearVersionLimit,
  versionLimit,
  versionLimits,
} from '../status/write-budget.ts';
import { countWords, numberWords, words } from '../words/words.ts';
import { clock } from './clock.ts';

/** A checklist issue's version, and how long it can go on as in the last days. */
export function WriteBudget({ version, sample }: Pick<QueueStatus, 'version' | 'sample'>) {
  const { robots, people } = versionLimits;
  const isNear = isNearVersionLimit(version);
  const isPast = version >= versionLimit;
  const days = isPast ? null : daysLeft(sample, version, clock.value, versionLimit);
  const texts = [
    words('queue_version', numberWords(version), numberWords(versionLimit)),
    days === null ? '' : daysWords(days),
  ];
  const limits = words('queue_version_limits', numberWords(robots), numberWords(people));
  return (
    <p class={`small ${isNear ? 'amber-text' : 'soft'}`} title={limits}>
      {texts.filter((text) => text !== '').join(' · ')}
      {isNear && '. '}
      {isPast
        ? words('queue_version_past', numberWords(people))
        : isNear && words('queue_version_near')}
      {/* A title is read out to nobody. */}
      <span class="visually-hidden"> {limits}</span>
    </p>
  );
}

function daysWords(days: number): string {
  return days < 1 ? words('queue_last_day') : countWords('queue_days_left', Math.floor(days));
}
