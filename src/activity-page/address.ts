import { itemEntrySchema } from '../activity/entries.ts';
import { type Filter, noFilter } from './filter.ts';

export const views = ['history', 'figures', 'log', 'support'] as const;
export type ViewName = (typeof views)[number];

/** What the page shows. It stands behind the `#` of its address, so that it can be linked to. */
interface Address {
  readonly view: ViewName;
  readonly filter: Filter;
}

/** Reads what stands behind the `#`; what makes no sense there is passed over. */
export function parseAddress(hash: string): Address {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const text = (name: string) => (parts.get(name) ?? '').slice(0, 500);
  const view = views.find((name) => name === parts.get('view')) ?? 'history';
  const outcome: Filter['outcome'] =
    itemEntrySchema.shape.outcome.safeParse(parts.get('outcome')).data ?? '';
  const filter: Filter = {
    query: text('query'),
    outcome,
    from: text('from'),
    to: text('to'),
    run: text('run'),
  };
  return { view, filter };
}

/** The address of something, as {@link parseAddress} reads it. */
export function hashOf({ view = 'history', filter = {} }: PartialAddress): string {
  const parts = new URLSearchParams(view === 'history' ? {} : { view });
  for (const [name, value] of Object.entries({ ...noFilter, ...filter })) {
    if (value !== '') parts.set(name, value);
  }
  return `#${parts}`;
}

interface PartialAddress {
  readonly view?: ViewName;
  readonly filter?: Partial<Filter>;
}
