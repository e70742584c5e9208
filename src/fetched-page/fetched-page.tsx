import { type ReadonlySignal, useSignal } from '@preact/signals';
import { mostAnswers } from '../messages/fetched.ts';
import type { LoadedSettings } from '../settings/store.ts';
import { Button } from '../ui/button.tsx';
import { openOptions } from '../ui/extension-pages.ts';
import { Field } from '../ui/field.tsx';
import { IssueLink } from '../ui/issue-link.tsx';
import { Notice } from '../ui/notice.tsx';
import { reasonOf } from '../ui/page.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { FullTime } from '../ui/time.tsx';
import { numberWords, words } from '../words/words.ts';
import { prettyJson } from './json.ts';
import { JsonTree } from './json-tree.tsx';
import { excerptOf } from './search.ts';
import { statusWords } from './status-words.ts';
import type { Answer, FetchedStore } from './store.ts';

interface FetchedPageProps {
  readonly store: FetchedStore;
  readonly loaded: ReadonlySignal<LoadedSettings>;
}

/** What the content API answered, as it arrives, newest first. */
export function FetchedPage({ store, loaded }: FetchedPageProps) {
  const { showFetchedData, trackerUrl } = loaded.value.settings;
  return (
    <main tabIndex={-1}>
      <PageHead title={words('fetched_title')} />
      <p class="soft">{words('fetched_intro', numberWords(mostAnswers))}</p>
      {showFetchedData ? <Answers store={store} trackerUrl={trackerUrl} /> : <SwitchedOff />}
    </main>
  );
}

function SwitchedOff() {
  return (
    <Notice announced>
      <p>{words('fetched_off')}</p>
      <div class="row">
        <Button onClick={() => void openOptions('showFetchedData')}>
          {words('button_options')}
        </Button>
      </div>
    </Notice>
  );
}

function Answers({ store, trackerUrl }: { store: FetchedStore; trackerUrl: string }) {
  const pattern = store.pattern.value;
  const shown = store.shown.value;
  const total = store.total.value;
  return (
    <>
      <Field id="search" label={words('fetched_search')}>
        {(attributes) => (
          <input
            {...attributes}
            type="search"
            autocomplete="off"
            value={store.query.value}
            onInput={(event) => {
              store.query.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      {/* Read out for a search alone: read out with every answer it would never be silent. */}
      <p class="soft small" aria-live={pattern === null ? 'off' : 'polite'}>
        {words('fetched_count', numberWords(shown.length), numberWords(total))}
      </p>
      {total === 0 && <p class="card empty soft">{words('fetched_empty')}</p>}
      {shown.length > 0 && (
        <ol class="card answers">
          {shown.map((answer) => (
            <li key={answer.id} tabIndex={-1}>
              <AnswerCard answer={answer} trackerUrl={trackerUrl} pattern={pattern} />
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

interface AnswerCardProps {
  readonly answer: Answer;
  readonly trackerUrl: string;
  readonly pattern: RegExp | null;
}

function AnswerCard({ answer, trackerUrl, pattern }: AnswerCardProps) {
  const { askedFor, path, status, at, json } = answer;
  const isGood = typeof status === 'number' && status < 400;
  return (
    <>
      <div class="answer">
        {askedFor === '' ? (
          <span>{words('setting_testLink')}</span>
        ) : (
          <IssueLink trackerUrl={trackerUrl} issueKey={askedFor} />
        )}
        <code class="path">{path}</code>
        <span class={isGood ? 'status' : 'status problem'}>{statusWords(status)}</span>
        <span class="soft small">
          <FullTime at={at} />
        </span>
        {json !== null && <CopyButton json={json} />}
      </div>
      {json === null ? (
        <p class="soft">{words('fetched_no_json')}</p>
      ) : (
        <>
          {pattern !== null && <Found json={json} pattern={pattern} />}
          <JsonTree json={json} />
        </>
      )}
    </>
  );
}

function CopyButton({ json }: { json: string }) {
  const outcome = useSignal('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(prettyJson(json));
      outcome.value = words('fetched_copied');
    } catch (error) {
      outcome.value = words('command_failed', reasonOf(error));
    }
  };
  return (
    <span class="copy">
      <span class="soft small" aria-live="polite">
        {outcome.value}
      </span>
      <Button look="quiet" onClick={copy}>
        {words('fetched_copy')}
      </Button>
    </span>
  );
}

/** Where in the JSON the search has found something: it may be deep in a tree that is closed. */
function Found({ json, pattern }: { json: string; pattern: RegExp }) {
  const excerpt = excerptOf(json, pattern);
  if (excerpt === null) return null;
  return (
    <p class="small">
      <code class="text">
        {excerpt.before}
        <mark>{excerpt.found}</mark>
        {excerpt.after}
      </code>
    </p>
  );
}
