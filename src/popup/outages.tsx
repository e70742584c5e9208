import type { State } from '../status/status.ts';
import { Notice } from '../ui/notice.tsx';
import { ClockTime } from '../ui/time.tsx';
import { words } from '../words/words.ts';

interface OutagesProps extends Pick<State, 'outages'> {
  /** No pass comes by itself. */
  readonly isPaused: boolean;
}

/** The hosts that do not answer. */
export function Outages({ outages, isPaused }: OutagesProps) {
  return outages.map(({ host, since }) => (
    <Notice key={host} tone="amber">
      <p>
        {words(`outage_${host}`)} <ClockTime at={since} />
      </p>
      {!isPaused && <p>{words('outage_help')}</p>}
    </Notice>
  ));
}
