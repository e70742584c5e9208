import { signal } from '@preact/signals';
import browser from 'webextension-polyfill';
import { isWorkerAnswering } from '../messages/send.ts';
import { storedSetup } from '../status/setup.ts';
import {
  storedMoves,
  storedQueues,
  storedRun,
  storedState,
  storedTrouble,
} from '../status/status.ts';
import { follow } from '../ui/follow.ts';
import { startPage } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { Popup } from './popup.tsx';

const nextAlarmAt = signal<number | null>(null);
const answering = signal(true);

async function readAlarm(): Promise<void> {
  nextAlarmAt.value = (await browser.alarms.get('process'))?.scheduledTime ?? null;
}

await startPage(words('extension_name'), async () => {
  const [setup, trouble, run, state, queues, moves] = await Promise.all([
    follow(storedSetup),
    follow(storedTrouble),
    follow(storedRun),
    follow(storedState),
    follow(storedQueues),
    follow(storedMoves),
  ]);
  return <Popup {...{ setup, trouble, run, state, queues, moves, nextAlarmAt, answering }} />;
});

void readAlarm();
// Alarms tell nobody that they changed.
setInterval(readAlarm, 1000);

// Two frames on: the page has been painted, and whatever the worker takes delays nothing.
requestAnimationFrame(() =>
  requestAnimationFrame(async () => {
    answering.value = await isWorkerAnswering();
  }),
);
