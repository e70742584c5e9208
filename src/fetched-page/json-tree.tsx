import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { countWords, numberWords, words } from '../words/words.ts';
import { type Branch, firstEntries, isBranch, shortened, sizeOf } from './json.ts';

const longestName = 100;
const longestText = 300;
const longestPreview = 160;
/** Drawn at once; an array may have a million. */
const entriesAtATime = 100;
/** Drawn into each other; with some 800 levels open, Chromium's layout takes the tab down. */
const deepestLevel = 100;

/** A whole answer as a tree. What is closed is neither parsed nor drawn. */
export function JsonTree({ json }: { json: string }) {
  return (
    <div class="tree">
      {/^[[{]/.test(json) ? (
        <Fold summary={<code class="text soft">{shortened(json, longestPreview)}</code>}>
          {() => <Root json={json} />}
        </Fold>
      ) : (
        <Root json={json} />
      )}
    </div>
  );
}

function Root({ json }: { json: string }) {
  const value = useMemo((): unknown => JSON.parse(json), [json]);
  return isBranch(value) ? <Entries branch={value} level={1} /> : <Leaf value={value} />;
}

interface FoldProps {
  readonly summary: ComponentChildren;
  /** Called while it is open. */
  readonly children: () => ComponentChildren;
}

function Fold({ summary, children }: FoldProps) {
  const isOpen = useSignal(false);
  return (
    <details
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>{summary}</summary>
      {isOpen.value && children()}
    </details>
  );
}

interface EntriesProps {
  readonly branch: Branch;
  /** How many branches it is in, itself included. */
  readonly level: number;
}

function Entries({ branch, level }: EntriesProps) {
  const shown = useSignal(entriesAtATime);
  const size = useMemo(() => sizeOf(branch), [branch]);
  return (
    <ul class="entries">
      {firstEntries(branch, shown.value).map(([name, value]) => (
        // Its buttons go with a click, and leave the focus to it.
        <li key={name} tabIndex={-1}>
          <Entry name={name} value={value} level={level} />
        </li>
      ))}
      {size > shown.value && (
        <li>
          <Button
            look="quiet"
            onClick={() => {
              shown.value += entriesAtATime;
            }}
          >
            {words('show_more')}
          </Button>{' '}
          <span class="soft small">{words('fetched_more', numberWords(size - shown.value))}</span>
        </li>
      )}
    </ul>
  );
}

interface EntryProps {
  readonly name: string;
  readonly value: unknown;
  /** Of the branch that it is in. */
  readonly level: number;
}

function Entry({ name, value, level }: EntryProps) {
  const label = <code class="text name">{shortened(name, longestName)}:</code>;
  if (!isBranch(value)) {
    return (
      <>
        {label} <Leaf value={value} />
      </>
    );
  }
  const size = sizeOf(value);
  if (size === 0) {
    return (
      <>
        {label} <code>{Array.isArray(value) ? '[]' : '{}'}</code>
      </>
    );
  }
  const sizeWords = Array.isArray(value)
    ? countWords('fetched_items', size)
    : countWords('fetched_members', size);
  return (
    <Fold
      summary={
        <>
          {label} <span class="soft small">{sizeWords}</span>
        </>
      }
    >
      {() =>
        level < deepestLevel ? (
          <Entries branch={value} level={level + 1} />
        ) : (
          <p class="soft small">{words('fetched_too_deep')}</p>
        )
      }
    </Fold>
  );
}

function Leaf({ value }: { value: unknown }) {
  const isWhole = useSignal(false);
  // As JSON writes it: control characters and ends of lines can be told, and can't do anything.
  if (typeof value !== 'string') return <code class="text literal">{JSON.stringify(value)}</code>;
  const isLong = value.length > longestText && !isWhole.value;
  return (
    <>
      <code class="text">{JSON.stringify(isLong ? shortened(value, longestText) : value)}</code>
      {isLong && (
        <>
          {' '}
          <Button
            look="quiet"
            onClick={() => {
              isWhole.value = true;
            }}
          >
            {words('fetched_show_all', numberWords(value.length))}
          </Button>
        </>
      )}
    </>
  );
}
