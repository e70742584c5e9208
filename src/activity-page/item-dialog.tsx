import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type KeptItem, outcomeName, type SentRequest } from '../activity/entries.ts';
import { readItemsById, readItemsNamed, readItemsOfIssue } from '../activity/history.ts';
import type { Settings } from '../settings/schema.ts';
import { Button } from '../ui/button.tsx';
import { openPreview } from '../ui/extension-pages.ts';
import { FailureLine } from '../ui/failure-text.tsx';
import { LeftFields } from '../ui/field-values.tsx';
import { IssueLink } from '../ui/issue-link.tsx';
import { Trouble } from '../ui/notice.tsx';
import { reasonOf } from '../ui/page.tsx';
import { FullTime } from '../ui/time.tsx';
import { countWords, numberWords, words } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { marks } from './lines.tsx';
import { BreadcrumbsTable, Changes } from './values.tsx';

interface ItemDialogProps {
  /** The number of the entry that is looked at; null closes the dialog. */
  readonly id: Signal<number | null>;
  readonly settings: Settings;
}

/** Of an issue that comes back again and again, the last ones tell enough. */
const earlierShown = 50;

/** One item of one run: its plan, what was sent for it, and what became of it before and after. */
export function ItemDialog({ id, settings }: ItemDialogProps) {
  const item = useSignal<KeptItem | null>(null);
  const others = useSignal<readonly KeptItem[]>([]);
  const trouble = useSignal<string | null>(null);
  const wanted = id.value;
  useEffect(() => {
    if (wanted === null) return;
    const read = async () => {
      const [found] = await readItemsById([wanted]);
      const same = found === undefined ? [] : await othersOf(found);
      if (id.peek() !== wanted) return;
      item.value = found ?? null;
      others.value = same;
      trouble.value = found === undefined ? words('item_gone') : null;
    };
    read().catch((error: unknown) => {
      // Of an item that nobody looks at any more.
      if (id.peek() !== wanted) return;
      // The one before would be taken for it.
      item.value = null;
      others.value = [];
      trouble.value = words('activity_unreadable', reasonOf(error));
    });
  }, [wanted]);
  const shown = item.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const shownBefore = useRef<number | null>(null);
  useEffect(() => {
    // The button that led from one item to another is gone, and the focus with it.
    if (shownBefore.current !== null) {
      heading.current?.closest('dialog')?.scrollTo(0, 0);
      heading.current?.focus();
    }
    shownBefore.current = shown?.id ?? null;
  }, [shown?.id]);
  return (
    <Dialog
      heading={heading}
      title={shown === null ? words('item_title') : (shown.issueKey ?? shown.text)}
      onClose={() => {
        id.value = null;
      }}
    >
      <Trouble text={trouble.value} />
      {shown !== null && <Item item={shown} trackerUrl={settings.trackerUrl} />}
      {others.value.length > 0 && (
        <section class="stack">
          <h3>{words('item_other_runs')}</h3>
          <ul class="others">
            {others.value.map((other) => (
              <li key={other.id}>
                <button
                  type="button"
                  class="button quiet"
                  onClick={() => {
                    id.value = other.id;
                  }}
                >
                  <span class={`mark ${other.outcome}`} aria-hidden="true">
                    {marks[other.outcome]}
                  </span>{' '}
                  {words(`outcome_${outcomeName(other)}`)}, <FullTime at={other.at} />
                </button>{' '}
                {other.failure !== null && <code>{other.failure.code}</code>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  );
}

/** What else became of the same issue, or of an item that names none; newest first. */
async function othersOf({ id, issueKey, queue, itemId }: KeptItem): Promise<KeptItem[]> {
  const all = await (issueKey === null
    ? readItemsNamed(queue, itemId)
    : readItemsOfIssue(issueKey));
  return all
    .filter((other) => other.id !== id)
    .reverse()
    .slice(0, earlierShown);
}

/** What the dialog says of the entry that it shows. */
export function Item({ item, trackerUrl }: { item: KeptItem; trackerUrl: string }) {
  const { issueKey, text, outcome, failure, resource, link, changes, untouched, breadcrumbs } =
    item;
  return (
    <>
      <p>
        <span class={`mark ${outcome}`} aria-hidden="true">
          {marks[outcome]}
        </span>{' '}
        {words(`outcome_${outcomeName(item)}`)} · <FullTime at={item.at} />
      </p>
      {isBrokenOff(item) && <p>{words('item_broken_off')}</p>}
      <FailureLine failure={failure} />
      <dl class="facts">
        {issueKey !== null && (
          <Fact name="issue">
            <IssueLink trackerUrl={trackerUrl} issueKey={issueKey} />
            {item.issue !== null && (
              <span class="soft">
                {item.issue.key !== issueKey && ` → ${item.issue.key}`}{' '}
                {words('item_version', numberWords(item.issue.version))}
              </span>
            )}
          </Fact>
        )}
        <Fact name="queue">
          <IssueLink trackerUrl={trackerUrl} issueKey={item.queue} />{' '}
          {text !== issueKey && <q>{text}</q>}
        </Fact>
        {link !== '' && (
          // Text, not a link: where it leads is for people to judge.
          <Fact name="link">
            <span class="foreign">{link}</span>
          </Fact>
        )}
        {resource !== null && (
          <Fact name="resource">
            {words(`resource_${resource.type}`)} {resource.id}
          </Fact>
        )}
      </dl>
      <section class="stack">
        <h3>{words('item_changes')}</h3>
        {changes.length === 0 ? (
          <p class="soft">{words('item_no_changes')}</p>
        ) : (
          <>
            <Changes changes={changes} />
            <div class="row">
              <Button onClick={() => openPreview(`undo-items=${item.id}`)}>
                {words('button_undo')}
              </Button>
            </div>
          </>
        )}
      </section>
      {untouched.length > 0 && <LeftFields untouched={untouched} isOpen={false} />}
      {Object.keys(breadcrumbs).length > 0 && (
        <details>
          <summary>{words('item_breadcrumbs')}</summary>
          <BreadcrumbsTable breadcrumbs={breadcrumbs} />
        </details>
      )}
      <Requests item={item} />
    </>
  );
}

function Fact({
  name,
  children,
}: {
  name: 'issue' | 'queue' | 'link' | 'resource';
  children: ComponentChildren;
}) {
  return (
    <div>
      <dt>{words(`item_${name}`)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Its worker died, or something else broke off the work, before anybody knew what became of it. */
function isBrokenOff({ outcome, changes }: KeptItem): boolean {
  return outcome === 'postponed' && changes.length > 0;
}

/** What was sent for an item; of one that was broken off it may be that nobody knows. */
export function Requests({ item }: { item: KeptItem }) {
  const { requests, times } = item;
  if (requests.length === 0 && isBrokenOff(item)) return null;
  return (
    <section class="stack">
      <h3>{words('item_requests')}</h3>
      {times !== null && (
        <p class="soft small">
          {words(
            'item_times',
            numberWords(times.tracker),
            numberWords(times.content),
            numberWords(times.waiting),
          )}
        </p>
      )}
      {requests.length === 0 ? (
        <p class="soft">{words('item_no_requests')}</p>
      ) : (
        <table class="requests">
          <thead>
            <tr>
              <th scope="col">{words('request_what')}</th>
              <th scope="col">{words('request_answer')}</th>
              <th scope="col">{words('request_ms')}</th>
              <th scope="col">{words('request_tries')}</th>
            </tr>
          </thead>
          <tbody>
            {requests.map((request, index) => (
              <RequestRow key={index} request={request} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function RequestRow({ request }: { request: SentRequest }) {
  const { host, method, path, answer, ms, tries, sharedBy } = request;
  return (
    <tr>
      <th scope="row">
        <code>
          {method} {path}
        </code>{' '}
        <span class="soft small">
          {words(`host_${host}`)}
          {sharedBy !== undefined && `, ${countWords('request_shared', sharedBy)}`}
        </span>
      </th>
      <td>{typeof answer === 'number' ? answer : words(`answer_${answer}`)}</td>
      <td>{numberWords(ms)}</td>
      <td>{tries}</td>
    </tr>
  );
}
