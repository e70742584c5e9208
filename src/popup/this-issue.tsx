import type { Command } from '../messages/protocol.ts';
import type { RunKind } from '../status/status.ts';
import type { ThisIssue } from '../status/this-issue.ts';
import { Button } from '../ui/button.tsx';
import { openPreview } from '../ui/extension-pages.ts';
import { FailureLine } from '../ui/failure-text.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { countWords, words } from '../words/words.ts';
import type { Attempt } from './halt-actions.tsx';

interface ThisIssueCardProps {
  readonly issueKey: string;
  /** Null until it has been looked at. */
  readonly issue: ThisIssue | null;
  readonly checklistIssues: readonly string[];
  /** What goes on; what is asked for comes after it, or is it where that is a preview. */
  readonly run: RunKind | null;
  readonly attempt: Attempt;
  readonly command: (command: Command) => void;
}

/** The popup is loaded each time that it is opened. */
const openedAt = Date.now();
/** Shown in full on the preview page. */
const changesDrawn = 4;

/** The issue of the tab: where its link belongs, what would be written, and what was. */
export function ThisIssueCard(props: ThisIssueCardProps) {
  const { issueKey, issue, checklistIssues, run, attempt, command } = props;
  const isRunning = run !== null && run !== 'preview';
  // The last look stays stored, and during a run it is long until the next.
  const isOld = issue !== null && issue.at < openedAt;
  return (
    <section class="card stack" aria-label={words('this_issue', issueKey)}>
      <h2>{words('this_issue', issueKey)}</h2>
      {isOld && (
        <p class="soft">
          {words('this_issue_seen')} <RelativeTime at={issue.at} />
        </p>
      )}
      {(issue === null || isOld) && run !== null && (
        <p class="soft">{words(isRunning ? 'this_issue_after_run' : 'this_issue_looking')}</p>
      )}
      {issue !== null && <Known issue={issue} />}
      <div class="row">
        <Button disabled={isRunning} onClick={() => command({ type: 'annotate_issue', issueKey })}>
          {words('this_issue_annotate')}
        </Button>
        {issue?.queue === '' &&
          checklistIssues.map((checklistIssue) => (
            <Button
              key={checklistIssue}
              disabled={isRunning}
              onClick={() => command({ type: 'add_to_checklist', issueKey, checklistIssue })}
            >
              {checklistIssues.length === 1
                ? words('this_issue_add')
                : words('this_issue_add_to', checklistIssue)}
            </Button>
          ))}
        <Button look="quiet" onClick={() => attempt(() => openPreview(`issue=${issueKey}`))}>
          {words('this_issue_details')}
        </Button>
      </div>
    </section>
  );
}

function Known({ issue: { queue, trail, changes, failure, history } }: { issue: ThisIssue }) {
  const more = changes.length - changesDrawn;
  return (
    <>
      {trail.length > 0 && <p class="trail">{trail.join(' › ')}</p>}
      <FailureLine failure={failure} isAsked />
      {failure === null && changes.length === 0 && (
        <p class="soft">{words('this_issue_nothing')}</p>
      )}
      {changes.length > 0 && (
        <>
          <h3>{words('this_issue_changes')}</h3>
          <ul class="small">
            {changes.slice(0, changesDrawn).map(({ key, to }) => (
              <li key={key} class="one-line">
                {key === 'error' ? words('setting_errorField') : <code>{key}</code>} →{' '}
                <ins>{to === '' ? words('value_empty') : to}</ins>
              </li>
            ))}
            {more > 0 && <li class="soft">{countWords('and_more', more)}</li>}
          </ul>
        </>
      )}
      {queue !== '' && <p class="soft small">{words('this_issue_in_checklist', queue)}</p>}
      {history.length > 0 && (
        <>
          <h3>{words('this_issue_history')}</h3>
          <ul class="small">
            {history.map(({ at, outcome, code }) => (
              <li key={at}>
                {words(`outcome_${outcome}`)} {code !== null && <code>{code}</code>}{' '}
                <span class="soft">
                  <RelativeTime at={at} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
