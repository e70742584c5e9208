import { useSignal } from '@preact/signals';
import browser from 'webextension-polyfill';
import type { Command } from '../messages/protocol.ts';
import type { Setup } from '../status/setup.ts';
import type { Halt } from '../status/status.ts';
import { type Remedy, remedyOf, settingFor } from '../status/view.ts';
import { Button } from '../ui/button.tsx';
import { openOptions } from '../ui/extension-pages.ts';
import { IssueLink } from '../ui/issue-link.tsx';
import { countWords, words } from '../words/words.ts';

/** Does something on a click and says so where it can't. */
export type Attempt = (action: () => Promise<unknown>) => Promise<void>;

interface HaltActionsProps {
  readonly halt: Halt;
  readonly setup: Setup;
  readonly attempt: Attempt;
  readonly command: (command: Command) => Promise<void>;
}

/** The button that helps out of a halt, and for the brake also what it holds back. */
export function HaltActions({ halt, setup, attempt, command }: HaltActionsProps) {
  const shown = useSignal(false);
  const remedy = remedyOf(halt);
  if (remedy === null) return null;
  if (remedy !== 'show_alike') {
    return (
      <div class="row">
        <Button
          look="primary"
          onClick={() =>
            remedy === 'move_checklist'
              ? command({ type: 'move_checklist', checklistIssue: haltedQueue(halt, setup) })
              : attempt(() => applyRemedy(remedy, halt, setup))
          }
        >
          {words(`remedy_${remedy}`)}
        </Button>
      </div>
    );
  }
  return (
    <>
      <div class="row">
        <Button
          look="primary"
          expanded={shown.value}
          onClick={() => {
            shown.value = !shown.value;
          }}
        >
          {words('remedy_show_alike')}
        </Button>
        <Button onClick={() => attempt(() => openOptions('connections'))}>
          {words('button_check')}
        </Button>
        <Button onClick={() => command({ type: 'defer_anyway' })}>
          {words('button_defer_anyway')}
        </Button>
      </div>
      {shown.value && halt.alike !== null && (
        <Alike alike={halt.alike} trackerUrl={setup.trackerUrl} />
      )}
    </>
  );
}

interface AlikeProps {
  readonly alike: NonNullable<Halt['alike']>;
  readonly trackerUrl: string;
}

/** The failures that wait, as far as they are kept, and how many there are besides. */
export function Alike({ alike: { count, items }, trackerUrl }: AlikeProps) {
  const more = count - items.length;
  return (
    <ul class="items small">
      {items.map(({ issueKey, failure }) => (
        <li key={issueKey}>
          {issueKey !== null && <IssueLink trackerUrl={trackerUrl} issueKey={issueKey} />}{' '}
          <code>{failure.code}</code>
        </li>
      ))}
      {more > 0 && <li class="soft">{countWords('and_more', more)}</li>}
    </ul>
  );
}

/** The checklist issue that a halting failure is about. */
export function haltedQueue({ failure }: Halt, { checklistIssues }: Setup): string {
  return failure.details[0] ?? checklistIssues[0] ?? '';
}

async function applyRemedy(
  remedy: Exclude<Remedy, 'show_alike' | 'move_checklist'>,
  { failure }: Halt,
  { signInUrl }: Setup,
): Promise<unknown> {
  switch (remedy) {
    case 'allow_hosts':
      // Asked there: the browser's question would close the popup before its answer.
      return openOptions('hosts');
    case 'sign_in':
      return browser.tabs.create({ url: signInUrl });
    case 'open_settings':
      return openOptions(settingFor(failure) ?? '');
  }
}
