import { signal } from '@preact/signals';
import browser from 'webextension-polyfill';
import { isWorkerAnswering, send } from '../messages/send.ts';
import { bellAlarm } from '../status/bell.ts';
import { storedSetup } from '../status/setup.ts';
import {
  storedMoves,
  storedQueues,
  storedRun,
  storedState,
  storedTrouble,
} from '../status/status.ts';
import { storedThisIssue } from '../status/this-issue.ts';
import { follow } from '../ui/follow.ts';
import { startPage } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { issueOfTab } from './issue-of-tab.ts';
import { Popup } from './popup.tsx';

const nextAlarmAt = signal<number | null>(null);
const bellAt = signal<number | null>(null);
const answering = signal(true);
const issueKey = signal<string | null>(null);

/** The click on the toolbar's button lets this page know the address of its tab, and of no other. */
async function lookAtTab(): Promise<void> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  const setup = await storedSetup.read();
  const key = issueOfTab(setup, tab?.url ?? '');
  issueKey.value = key;
  if (key !== null && setup.missing.length === 0)
    await send({ type: 'look_at_issue', issueKey: key });
}

async function readAlarms(): Promise<void> {
  const [pass, bell] = await Promise.all([
    browser.alarms.get('process'),
    browser.alarms.get(bellAlarm),
  ]);
  nextAlarmAt.value = pass?.scheduledTime ?? null;
  bellAt.value = bell?.scheduledTime ?? null;
}

await startPage(words('extension_name'), async () => {
  const [setup, trouble, run, state, queues, moves, thisIssue] = await Promise.all([
    follow(storedSetup),
    follow(storedTrouble),
    follow(storedRun),
    follow(storedState),
    follow(storedQueues),
    follow(storedMoves),
    follow(storedThisIssue),
  ]);
  const stored = { setup, trouble, run, state, queues, moves, thisIssue };
  return <Popup {...{ ...stored, nextAlarmAt, bellAt, answering, issueKey }} />;
});

void readAlarms();
// Alarms tell nobody that they changed.
setInterval(readAlarms, 1000);

// Two frames on: the page has been painted, and whatever the worker takes delays nothing.
requestAnimationFrame(() =>
  requestAnimationFrame(async () => {
    answering.value = await isWorkerAnswering(() => {
      answering.value = false;
    });
    if (answering.value) await lookAtTab();
  }),
);
