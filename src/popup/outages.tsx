import type { State } from '../status/status.ts';
import { Notice } from '../ui/notice.tsx';
import { ClockTime } from '../ui/time.tsx';
import { words } from '../words/words.ts';

interface OutagesProps extends Pick<State, 'outages' | 'halt'> {
  /** No pass comes by itself. */
  readonly isPaused: boolean;
}

/** The hosts that do not answer. Without a connection none can, and that is said already. */
export function Outages({ outages, halt, isPaused }: OutagesProps) {
  if (halt?.offline) return null;
  return outages.map(({ host, since }) => (
    <Notice key={host} tone="amber">
      <p>
        {words(`outage_${host}`)} <ClockTime at={since} />
      </p>
      {!isPaused && <p>{words('outage_help')}</p>}
    </Notice>
  ));
}
