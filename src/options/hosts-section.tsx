import { Button } from '../ui/button.tsx';
import { useIsFound } from '../ui/search.ts';
import { words } from '../words/words.ts';
import type { OptionsStore } from './store.ts';

/** The hosts that requests go to, and whether the browser lets them. */
export function HostsSection({ store }: { store: OptionsStore }) {
  const isFound = useIsFound(words('hosts_help'));
  const { granted, refused } = store.hosts;
  return (
    <div class="stack findable" hidden={!isFound}>
      <p class="soft">{words('hosts_help')}</p>
      {store.neededHosts.value.length === 0 && <p>{words('hosts_none')}</p>}
      <ul>
        {store.neededHosts.value.map((pattern) => (
          <li key={pattern} class="host">
            <strong>{hostName(pattern)}</strong>
            {granted.value.has(pattern) ? (
              <span class="good">{words('host_allowed')}</span>
            ) : (
              <>
                <span class="problem">
                  {words(refused.value.has(pattern) ? 'host_refused' : 'host_not_allowed')}
                </span>
                <Button look="primary" onClick={() => store.allow(pattern)}>
                  {words(
                    refused.value.has(pattern) ? 'allow_again' : 'allow_host',
                    hostName(pattern),
                  )}
                </Button>
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A host's name, from the pattern that the browser knows it by. */
export function hostName(pattern: string): string {
  return pattern.replace(/^https:\/\/|\/\*$/g, '');
}
