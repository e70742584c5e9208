import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import browser from 'webextension-polyfill';
import { readLinesAfter } from '../activity/log.ts';
import { allTimes, readAllRuns, type ScannedItem, scanItems } from '../activity/scan.ts';
import { loadSettings, storedToken } from '../settings/store.ts';
import { storedQueues, storedRun, storedState } from '../status/status.ts';
import { Button } from '../ui/button.tsx';
import { Trouble } from '../ui/notice.tsx';
import { reasonOf } from '../ui/page.tsx';
import { saveFile } from '../ui/save-file.ts';
import { words } from '../words/words.ts';
import { supportBundle } from './support-bundle.ts';

const runsTold = 50;
const itemsTold = 500;
const linesTold = 2000;

/** The support bundle, to be read through before it is saved. */
export function SupportView() {
  const text = useSignal('');
  const trouble = useSignal<string | null>(null);
  const gather = async () => {
    try {
      text.value = await gathered();
      trouble.value = null;
    } catch (error) {
      trouble.value = words('activity_unreadable', reasonOf(error));
    }
  };
  useEffect(() => void gather(), []);
  return (
    <section class="card stack">
      <p>{words('support_help')}</p>
      <Trouble text={trouble.value} />
      <div class="row">
        <Button
          look="primary"
          disabled={text.value === ''}
          onClick={() => saveFile([text.value], 'support', 'json')}
        >
          {words('support_save')}
        </Button>
        <Button onClick={gather}>{words('support_renew')}</Button>
      </div>
      <textarea
        class="bundle"
        aria-label={words('support_label')}
        readOnly
        spellcheck={false}
        value={text.value}
      />
    </section>
  );
}

async function gathered(): Promise<string> {
  const [{ settings }, token, state, run, queues, alarms, permissions, runs, items, log] =
    await Promise.all([
      loadSettings(),
      storedToken.read(),
      storedState.read(),
      storedRun.read(),
      storedQueues.read(),
      browser.alarms.getAll(),
      browser.permissions.getAll(),
      readAllRuns(),
      lastItems(),
      readLinesAfter(0),
    ]);
  return supportBundle({
    madeAt: Date.now(),
    versions: {
      breadcrumbs: browser.runtime.getManifest().version,
      browser: navigator.userAgent,
      language: browser.i18n.getUILanguage(),
    },
    settings,
    token,
    state,
    run,
    queues,
    alarms: alarms.map(({ name, scheduledTime, periodInMinutes }) => ({
      name,
      scheduledTime: new Date(scheduledTime).toISOString(),
      periodInMinutes,
    })),
    permissions,
    runs: runs.slice(0, runsTold),
    items,
    log: log.slice(0, linesTold),
  });
}

async function lastItems(): Promise<ScannedItem[]> {
  for await (const items of scanItems(allTimes)) return items.slice(0, itemsTold);
  return [];
}
