import type { ComponentChildren } from 'preact';
import { show } from './place.ts';
import type { OptionsStore } from './store.ts';

interface DropTargetProps {
  readonly store: OptionsStore;
  readonly children: ComponentChildren;
}

/** A whole page on which files can be dropped to be imported. */
export function DropTarget({ store, children }: DropTargetProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the file input of the import
    <div
      class="page"
      onDragOver={(event) => event.preventDefault()}
      onDrop={async (event) => {
        const { files } = event.dataTransfer ?? {};
        if (!files?.length) return;
        event.preventDefault();
        await store.chooseFiles(files);
        show('import');
      }}
    >
      {children}
    </div>
  );
}
