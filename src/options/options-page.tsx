import { type ReadonlySignal, signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { QueueStatus } from '../status/status.ts';
import { PageHead } from '../ui/page-head.tsx';
import { isFound, SearchContext } from '../ui/search.ts';
import { countWords, words } from '../words/words.ts';
import { ConnectionsSection } from './connections-section.tsx';
import { DropTarget } from './drop-target.tsx';
import { FieldSetting } from './field-setting.tsx';
import { HostsSection } from './hosts-section.tsx';
import { ImportSection } from './import-section.tsx';
import { ChoiceSetting, DateSetting, FlagSetting, TextSetting } from './inputs.tsx';
import { MappingSetting } from './mapping-setting.tsx';
import {
  Introduction,
  PolicyNotice,
  RepairedNotice,
  RestoredNotice,
  TemporaryNotice,
} from './notices.tsx';
import { NotificationsSetting } from './notifications-setting.tsx';
import { search, show } from './place.ts';
import type { Probing } from './probing.ts';
import { QueueList } from './queue-list.tsx';
import { SaveBar } from './save-bar.tsx';
import { useSectionInSight } from './section-in-sight.ts';
import type { OptionsStore } from './store.ts';
import { TokenSetting } from './token-setting.tsx';

const sections = [
  'tracker',
  'queues',
  'fields',
  'content',
  'hosts',
  'connections',
  'schedule',
  'behaviour',
  'history',
  'import',
] as const;

const hash = signal(location.hash.slice(1));
addEventListener('hashchange', () => {
  hash.value = location.hash.slice(1);
  show(hash.value);
});
// A link to the address that is there already changes none, and what a search hides is in no view.
addEventListener('click', ({ target }) => {
  const link = target instanceof Element ? target.closest('a') : null;
  if (link?.href === location.href) show(hash.peek());
});

interface OptionsPageProps {
  readonly store: OptionsStore;
  readonly probing: Probing;
  /** How the checklist issues stand. */
  readonly queues: ReadonlySignal<readonly QueueStatus[]>;
}

/** The settings' page. Files dropped anywhere on it are imported. */
export function OptionsPage({ store, probing, queues }: OptionsPageProps) {
  const save = () => {
    const place = store.save();
    if (place !== null) show(place);
  };
  const inSight = useSectionInSight(sections, hash);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => takeShortcut(event, save);
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  return (
    <DropTarget store={store}>
      <PageHead title={words('options_title')}>
        <Search />
      </PageHead>
      <nav aria-label={words('options_sections')}>
        <div>
          <ul>
            {sections.map((section) => (
              <li key={section}>
                <a
                  href={`#${section}`}
                  aria-current={inSight.value === section ? 'true' : undefined}
                >
                  {words(`section_${section}`)}
                </a>
              </li>
            ))}
          </ul>
          <p class="shortcuts small">
            <a href="../guide/index.html">{words('intro_guide')}</a>
          </p>
          <p class="shortcuts small soft">
            <kbd>Ctrl+S</kbd> {words('shortcut_save')}
            <br />
            <kbd>/</kbd> {words('shortcut_search')}
          </p>
        </div>
      </nav>
      <main tabIndex={-1}>
        <Introduction store={store} />
        <RepairedNotice store={store} />
        <PolicyNotice store={store} />
        <TemporaryNotice store={store} />
        <RestoredNotice store={store} />
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <Section name="tracker">
            <TextSetting store={store} name="trackerUrl" inputMode="url" />
            <TokenSetting store={store} probing={probing} />
            <ChoiceSetting store={store} name="tokenScheme" />
            <ChoiceSetting store={store} name="organisationHeader" />
            <TextSetting store={store} name="organisationId" />
            <TextSetting store={store} name="trackerTimeoutSeconds" inputMode="numeric" />
          </Section>
          <Section name="queues">
            <TextSetting store={store} name="checklistIssues" rows={3} placeholder="SUP-1" />
            <QueueList store={store} queues={queues} />
            <DateSetting store={store} name="deferralDate" />
          </Section>
          <Section name="fields">
            <FieldSetting store={store} probing={probing} name="linkField" />
            <FieldSetting store={store} probing={probing} name="errorField" />
            <MappingSetting store={store} probing={probing} />
          </Section>
          <Section name="content">
            <TextSetting
              store={store}
              name="contentUrl"
              inputMode="url"
              placeholder="https://learn.example/content"
            />
            <TextSetting store={store} name="loginUrl" inputMode="url" />
            <TextSetting store={store} name="testLink" inputMode="url" />
            <TextSetting store={store} name="contentTimeoutSeconds" inputMode="numeric" />
          </Section>
          <Section name="hosts">
            <HostsSection store={store} />
          </Section>
          <Section name="connections">
            <ConnectionsSection store={store} probing={probing} />
          </Section>
          <Section name="schedule">
            <TextSetting store={store} name="processEverySeconds" inputMode="numeric" />
            <TextSetting store={store} name="recheckEverySeconds" inputMode="numeric" />
            <TextSetting
              store={store}
              name="itemsAtATime"
              inputMode="numeric"
              placeholder={words('value_automatic')}
            />
            <FlagSetting store={store} name="schedulePaused" />
          </Section>
          <Section name="behaviour">
            <FlagSetting store={store} name="deleteDoneItems" />
            <FlagSetting store={store} name="leaveFailedUnchecked" />
            <FlagSetting store={store} name="clearFieldsThatDoNotApply" />
            <FlagSetting store={store} name="showFetchedData" />
          </Section>
          <Section name="history">
            <TextSetting store={store} name="historyDays" inputMode="numeric" />
            <TextSetting store={store} name="historyItems" inputMode="numeric" />
            <FlagSetting store={store} name="detailedLog" />
            <NotificationsSetting store={store} />
          </Section>
          <Section name="import">
            <ImportSection store={store} />
          </Section>
          <NothingFound />
          <SaveBar store={store} />
        </form>
      </main>
    </DropTarget>
  );
}

function Section({
  name,
  children,
}: {
  name: (typeof sections)[number];
  children: ComponentChildren;
}) {
  const title = words(`section_${name}`);
  // All of a section whose name is searched for.
  const within = isFound(search.value, [title]) ? '' : search.value;
  return (
    <section id={name} tabIndex={-1} aria-labelledby={`${name}-title`}>
      <h2 id={`${name}-title`}>{title}</h2>
      <div class="card">
        <SearchContext.Provider value={within}>{children}</SearchContext.Provider>
      </div>
    </section>
  );
}

/** How many settings have the words that are searched for. */
const found = signal(0);

function NothingFound() {
  if (search.value.trim() === '' || found.value > 0) return null;
  return <p class="card soft">{words('options_found_none')}</p>;
}

/** Leaves to be seen what has the words that are typed. */
function Search() {
  useEffect(() => {
    // What stands within another is found with it.
    found.value = document.querySelectorAll('main .findable:not([hidden], .findable *)').length;
  }, [search.value]);
  return (
    <search class="search">
      <input
        id="search"
        type="search"
        aria-label={words('options_search')}
        aria-keyshortcuts="/"
        placeholder={words('options_search')}
        autoComplete="off"
        spellcheck={false}
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
        }}
      />
      <span role="status" class="small soft">
        {search.value.trim() !== '' && countWords('options_found', found.value)}
      </span>
    </search>
  );
}

/** Ctrl+S (⌘S) saves, / goes to the search: by the keys' places, whatever letters are on them. */
function takeShortcut(event: KeyboardEvent, save: () => void): void {
  // AltGr is Ctrl and Alt at once on Windows, and types a letter of some languages.
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.code === 'KeyS') {
    // A key that is held down asks once, and never for the browser's own saving of the page.
    event.preventDefault();
    if (event.repeat) return;
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement) {
      // An input that is being typed in is left first, so that it is put right.
      activeElement.blur();
      activeElement.focus({ preventScroll: true });
    }
    save();
    return;
  }
  const isTyping =
    event.target instanceof Element && event.target.matches('input, textarea, select');
  const isSlash = event.key === '/' || (event.code === 'Slash' && !event.shiftKey);
  if (!isTyping && isSlash && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById('search')?.focus();
  }
}
