import { useSignal } from '@preact/signals';
import { send } from '../messages/send.ts';
import { mostItems } from '../status/task-work.ts';
import { Button } from '../ui/button.tsx';
import { openPreview } from '../ui/extension-pages.ts';
import { reasonOf } from '../ui/page.tsx';
import { countWords, numberWords, words } from '../words/words.ts';
import type { ActivityStore } from './store.ts';

interface ChosenBarProps {
  readonly store: Pick<ActivityStore, 'chosen' | 'items' | 'choose'>;
}

/** What can be done with the chosen items. */
export function ChosenBar({ store }: ChosenBarProps) {
  const outcome = useSignal({ of: store.chosen.peek(), said: '' });
  const chosen = store.chosen.value;
  const isNone = chosen.size === 0;
  // Neither the worker nor the page that shows an undo takes more.
  const isTooMany = chosen.size > mostItems;
  const attempt = async (action: () => Promise<string>) => {
    try {
      outcome.value = { of: chosen, said: await action() };
    } catch (error) {
      outcome.value = { of: chosen, said: words('command_failed', reasonOf(error)) };
    }
  };
  const undo = () =>
    attempt(async () => {
      await openPreview(`undo-items=${[...chosen].join(',')}`);
      return '';
    });
  const runAgain = () =>
    attempt(async () => {
      const wanted = store.items.peek().filter(({ id }) => chosen.has(id));
      // Of an issue without an item no checklist says whether it is open: nothing would be done.
      const items = wanted
        .filter(({ queue }) => queue !== '')
        .map(({ queue, itemId }) => ({ queue, itemId }));
      const leftOut = items.length < wanted.length ? [words('run_again_without_item')] : [];
      if (items.length === 0) return leftOut.join('');
      const unlike = new Map(items.map((item) => [`${item.queue}/${item.itemId}`, item]));
      const { ok } = await send({ type: 'process_only', items: [...unlike.values()] });
      return ok ? [words('run_again_asked'), ...leftOut].join(' ') : words('command_refused');
    });
  return (
    // There before anything is chosen: a status that comes with its words may not be read out.
    <div class={isNone ? 'visually-hidden' : 'chosen-bar card row between'}>
      <span role="status">
        {!isNone && countWords('chosen_items', chosen.size)}{' '}
        {/* It is said of those items, and of no choice that was made since. */}
        {outcome.value.of === chosen && outcome.value.said}
        {isTooMany && words('chosen_too_many', numberWords(mostItems))}
      </span>
      {!isNone && (
        <div class="row">
          <Button disabled={isTooMany} onClick={undo}>
            {words('button_undo')}
          </Button>
          <Button disabled={isTooMany} onClick={runAgain}>
            {words('button_run_again')}
          </Button>
          <Button look="quiet" onClick={() => store.choose([...chosen], false)}>
            {words('choose_none')}
          </Button>
        </div>
      )}
    </div>
  );
}
