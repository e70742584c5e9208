import { connect } from '../../../src/background/connections.ts';
import { knownQueues } from '../../../src/background/queue-status.ts';
import {
  type ItemMemories,
  ItemMemoryBook,
  itemMemoriesSchema,
  itemName,
} from '../../../src/queue/item-memory.ts';
import { processQueues } from '../../../src/queue/process.ts';
import { recheckQueues } from '../../../src/queue/recheck.ts';
import type { Journal, QueueReport, RunContext, RunEnd } from '../../../src/queue/run-context.ts';
import { defaultSettings, type Settings } from '../../../src/settings/schema.ts';
import { type Habits, noHabits } from '../../../src/tracker/client.ts';
import { errorField, linkField, mappedFields, type World } from '../../simulator/index.ts';
import { addresses, MadeUpNetwork, type Trouble } from './made-up-network.ts';
import type { MadeUpTime } from './made-up-time.ts';

/**
 * One profile without a browser: the worker's parts put together as background/ does, with its
 * memory in plain data, so that a worker can be dropped between any two requests.
 */
export class Profile {
  readonly network: MadeUpNetwork;
  private readonly world: World;
  private readonly time: MadeUpTime;
  private readonly settings: Settings;
  /** As stored: what a worker knew and did not store dies with it. */
  private readonly storedMemories: ItemMemories[] = [];
  private inHand = new Map<string, { queue: string; id: string }>();
  private readonly reports = new Map<string, QueueReport>();
  private dealtWith = new Map<string, Map<string, string | null>>();
  private habits: Habits = noHabits;
  private paces: Parameters<typeof connect>[3] = {};

  constructor(world: World, time: MadeUpTime) {
    this.world = world;
    this.time = time;
    this.network = new MadeUpNetwork(world);
    this.settings = {
      ...defaultSettings,
      ...addresses,
      checklistIssues: world.checklistKeys,
      linkField,
      errorField,
      fieldMapping: Object.fromEntries(
        Object.entries(mappedFields).map(([key, field]) => [
          key,
          { field, ignoreErrors: key === 'sprint.name' },
        ]),
      ),
    };
  }

  get memories(): ItemMemories {
    return Object.assign({}, ...this.storedMemories);
  }

  /** One worker's life: a run to its end, or to the worker's death. */
  async run(kind: 'process' | 'recheck', trouble: Trouble): Promise<RunEnd | 'died'> {
    const memory = new ItemMemoryBook(this.storedMemories);
    this.noteDeaths(memory);
    this.store(memory);
    this.network.begin(trouble);
    const died = new Promise<'died'>((resolve) => {
      this.network.onDeath = () => resolve('died');
    });
    const context = this.context(memory);
    const running = (kind === 'process' ? processQueues : recheckQueues)(context);
    const end = await this.time.until(Promise.race([running, died]));
    if (end === 'died') {
      this.time.forgetTimers();
      return end;
    }
    this.inHand.clear();
    this.dealtWith = new Map();
    this.store(memory);
    this.habits = context.tracker.habits;
    this.paces = { tracker: context.gates.tracker.pace, content: context.gates.content.pace };
    return end;
  }

  /** Each item that was in hand when the last worker died has one more death to its name. */
  private noteDeaths(book: ItemMemoryBook): void {
    for (const item of this.inHand.values()) book.note(item, { deaths: book.of(item).deaths + 1 });
    this.inHand.clear();
  }

  private store(memory: ItemMemoryBook): void {
    for (const [part, memories] of memory.takeChanged()) {
      this.storedMemories[part] = copyOf(memories);
    }
  }

  private context(memory: ItemMemoryBook): RunContext {
    const { settings, habits, paces } = this;
    const { token } = this.world.trackerRules;
    return {
      ...connect(
        settings,
        token,
        habits,
        paces,
        () => ({}),
        () => undefined,
      ),
      settings,
      queues: settings.checklistIssues,
      memory,
      journal: this.journal(),
      sentence: ({ details }) => `Sentence about ${details.join(', ')}.`,
      isStopped: () => false,
      isOffline: () => false,
      brake: true,
      dealtWith: this.dealtWith,
      hasSucceeded: this.dealtWith.size > 0,
      known: knownQueues([...this.reports.values()], 'click'),
      chosen: null,
    };
  }

  private journal(): Journal {
    return {
      found: () => undefined,
      begin: async (item) => {
        this.inHand.set(itemName(item), item);
      },
      intend: () => Promise.resolve(),
      remember: () => Promise.resolve(),
      setAside: (item) => {
        this.inHand.delete(itemName(item));
      },
      end: ({ queue, itemId, issueKey, outcome }) => {
        this.inHand.delete(itemName({ queue, id: itemId }));
        if (outcome === 'postponed') return;
        const items = this.dealtWith.get(queue) ?? new Map<string, string | null>();
        this.dealtWith.set(queue, items.set(itemId, issueKey));
      },
      queue: (report) => {
        this.reports.set(report.checklistIssue, report);
      },
    };
  }
}

/** What storage does to a value. */
function copyOf(memories: ItemMemories): ItemMemories {
  return itemMemoriesSchema.parse(JSON.parse(JSON.stringify(memories)));
}
