import type { Planned } from '../plans/entries.ts';
import { putPlans } from '../plans/store.ts';
import type { RunEnd } from '../queue/run-context.ts';
import { type Preview, storedPreview } from '../status/preview.ts';
import { StorageError } from '../storage/stored.ts';
import { gathered } from './gathered.ts';

/** How long plans may wait to be written together, in milliseconds. */
const gatheringMs = 500;

/** Writes plans as they come, several at a time, and then how far the preview is. */
class PlanWriter {
  #preview: Preview;
  readonly #plans: Omit<Planned, 'revision'>[] = [];
  readonly #writes = gathered(() => this.#write(), gatheringMs);

  constructor(preview: Preview) {
    this.#preview = preview;
  }

  note(change: Partial<Preview>): void {
    this.#preview = { ...this.#preview, ...change };
    this.#writes.soon();
  }

  /** One more that was looked at. */
  add(plan: Omit<Planned, 'revision'>): void {
    this.#plans.push(plan);
    this.note({ planned: this.#preview.planned + 1 });
  }

  /** One of those that are there is another now. */
  put(plan: Omit<Planned, 'revision'>): void {
    this.#plans.push(plan);
    this.note({});
  }

  /** Resolves when all is stored. Throws where some of it could not be. */
  flush(): Promise<void> {
    return this.#writes.now();
  }

  async #write(): Promise<void> {
    const plans = this.#plans.splice(0);
    await putPlans(plans);
    // Not where there were none: at revision 0 the plans that are stored may be another preview's.
    if (plans.length > 0)
      this.#preview = { ...this.#preview, revision: this.#preview.revision + 1 };
    await storedPreview.write(this.#preview);
  }
}

/** Does something with a preview's plans; where their database can't be used, that is how it ends. */
export async function withPlans(
  preview: Preview,
  work: (writer: PlanWriter) => Promise<RunEnd>,
): Promise<RunEnd> {
  const writer = new PlanWriter(preview);
  try {
    const end = await work(writer);
    await writer.flush();
    return end;
  } catch (error) {
    // The preview's end is stored next, and what still waits would be written over it.
    await writer.flush().catch(() => {
      // The first error tells why.
    });
    if (!(error instanceof DOMException)) throw error;
    const { code, message } = new StorageError(error);
    return { outcome: 'interrupted', failure: { code, details: [message] } };
  }
}
