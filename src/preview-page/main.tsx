import { effect } from '@preact/signals';
import * as z from 'zod/mini';
import { loadSettings, watchSettings } from '../settings/store.ts';
import { storedPreview } from '../status/preview.ts';
import { storedRun } from '../status/status.ts';
import { follow } from '../ui/follow.ts';
import { startPage } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { PreviewPage } from './preview-page.tsx';
import { createPreviewStore } from './store.ts';

const keptSchema = z.object({ previewId: z.string() });

await startPage(words('preview_title'), async () => {
  const [loaded, run, preview] = await Promise.all([
    follow({ read: loadSettings, watch: watchSettings }),
    follow(storedRun),
    follow(storedPreview),
  ]);
  const store = createPreviewStore(preview);
  // Browsers keep it over a reload, and for nobody else.
  const kept = keptSchema.safeParse(history.state).data?.previewId ?? null;
  void store.look(preview.value?.id === kept ? kept : null);
  addEventListener('hashchange', () => void store.look(null));
  effect(() => {
    document.title = store.title.value;
  });
  return <PreviewPage {...{ store, loaded, run }} />;
});
