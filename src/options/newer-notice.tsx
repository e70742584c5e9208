import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { words } from '../words/words.ts';
import type { OptionsStore } from './store.ts';

/** What is stored is not read here, and not replaced before somebody says so. */
export function NewerNotice({ store, id }: { store: OptionsStore; id?: string }) {
  return (
    <Notice tone="amber" id={id}>
      <p>{words('settings_newer')}</p>
      {store.newer.value && (
        <div class="row">
          <Button onClick={store.replaceNewer}>{words('settings_newer_replace')}</Button>
        </div>
      )}
    </Notice>
  );
}
