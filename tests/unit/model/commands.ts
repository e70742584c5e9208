import fc from 'fast-check';
import {
  deferralDate,
  errorField,
  type Json,
  linkField,
  mappedFields,
  type World,
} from '../../simulator/index.ts';
import type { Trouble } from './made-up-network.ts';
import type { Link, Model, ModelIssue, ModelItem } from './model.ts';

/** The extension, however it is run, as the commands need it. */
export interface Subject {
  readonly world: World;
  /** The key of the checklist issue. */
  readonly queue: string;
  /** The issues that items may name. */
  readonly issueKeys: readonly string[];
  readonly tasks: readonly string[];
  run(kind: 'process' | 'recheck', trouble: Trouble): Promise<void>;
  signIn(): Promise<void>;
  signOut(): Promise<void>;
}

type Command = fc.AsyncCommand<Model, Subject>;

/** Something that a person does to the tracker, at once in both worlds. */
function deed(
  name: string,
  act: (model: Model, subject: Subject) => void,
  check: (model: Model) => boolean = () => true,
): Command {
  return {
    check,
    run: async (model, subject) => {
      act(model, subject);
      compare(model, subject);
    },
    toString: () => name,
  };
}

const noIssue = 'Ask somebody about this';

function add(issue: number): Command {
  return deed(`add(${issue})`, (model, { world, queue, issueKeys }) => {
    const text = issueKeys[issue] ?? noIssue;
    const { id } = world.addItem(queue, { text });
    model.items.set(id, { text, checked: false, isFar: false });
  });
}

/** An edit of the nth item, where there are any. */
function editItem(
  name: string,
  nth: number,
  act: (item: ModelItem, id: string, model: Model, subject: Subject) => void,
): Command {
  return deed(
    `${name}(${nth})`,
    (model, subject) => {
      const [id, item] = [...model.items][nth % model.items.size] ?? [];
      if (id !== undefined && item !== undefined) act(item, id, model, subject);
    },
    (model) => model.items.size > 0,
  );
}

function tick(nth: number): Command {
  return editItem('tick', nth, (item, id, model, { world, queue }) => {
    world.editItem(queue, id, { checked: true });
    model.items.set(id, { ...item, checked: true });
  });
}

function untick(nth: number): Command {
  return editItem('untick', nth, (item, id, model, { world, queue }) => {
    world.editItem(queue, id, { checked: false });
    model.items.set(id, { ...item, checked: false });
  });
}

function remove(nth: number): Command {
  return editItem('remove', nth, (_item, id, model, { world, queue }) => {
    world.removeItem(queue, id);
    model.items.delete(id);
  });
}

function reword(nth: number, issue: number): Command {
  return editItem(`reword to ${issue} `, nth, (item, id, model, { world, queue, issueKeys }) => {
    const text = issueKeys[issue] ?? noIssue;
    world.editItem(queue, id, { text });
    model.items.set(id, { ...item, text });
  });
}

/** An edit of an issue. */
function editIssue(
  name: string,
  issue: number,
  act: (was: ModelIssue, key: string, subject: Subject) => ModelIssue,
): Command {
  return deed(`${name}(${issue})`, (model, subject) => {
    const key = subject.issueKeys[issue % subject.issueKeys.length] ?? '';
    const was = model.issues.get(key);
    if (was !== undefined) model.issues.set(key, act(was, key, subject));
  });
}

type LinkKind = number | 'none' | 'nonsense' | 'missing';

function relink(issue: number, kind: LinkKind): Command {
  return editIssue(`relink to ${kind} `, issue, (was, key, { world, tasks }) => {
    const [text, link] = linkOf(kind, tasks);
    world.editIssue(key, { [linkField]: text });
    return { ...was, link };
  });
}

function linkOf(kind: LinkKind, tasks: readonly string[]): [Json, Link] {
  switch (kind) {
    case 'none':
      return [null, { code: 'link_not_set' }];
    case 'nonsense':
      return ['https://learn.example/blog/17', { code: 'link_not_recognised' }];
    case 'missing':
      return ['https://learn.example/tasks/gone/', { code: 'resource_not_found' }];
    default: {
      const task = tasks[kind % tasks.length] ?? '';
      return [`https://learn.example/tasks/${task}/`, { task }];
    }
  }
}

function overtype(issue: number): Command {
  return editIssue('overtype', issue, (was, key, { world }) => {
    const field = mappedFields['course.name'];
    world.editIssue(key, { [field]: 'What a person typed' });
    return { ...was, fields: { ...was.fields, [field]: 'What a person typed' } };
  });
}

function emptyError(issue: number): Command {
  return editIssue('emptyError', issue, (was, key, { world }) => {
    world.editIssue(key, { [errorField]: null });
    return { ...was, error: null };
  });
}

const signOut: Command = {
  check: ({ isSignedIn }) => isSignedIn,
  run: async (model, subject) => {
    await subject.signOut();
    model.isSignedIn = false;
  },
  toString: () => 'signOut',
};

const signIn: Command = {
  check: ({ isSignedIn }) => !isSignedIn,
  run: async (model, subject) => {
    await subject.signIn();
    model.isSignedIn = true;
  },
  toString: () => 'signIn',
};

/** An item is given up at its fourth death, and blamed after failing in five runs: not before. */
const troublesBorne = 3;

function run(trouble: Trouble): Command {
  return {
    check: ({ troubles }) => trouble.kind === 'none' || troubles < troublesBorne,
    run: async (model, subject) => {
      const versions = versionsOf(subject);
      // A run that died may have left its summary to the next.
      const isIdle =
        model.open().length === 0 && model.troubles === 0 && !tellsOfGone(model, subject);
      await subject.run('process', trouble);
      const isSure = trouble.kind === 'none';
      model.troubles = isSure ? 0 : model.troubles + 1;
      const open = model.open();
      const isHalted = !model.isSignedIn && open.some(([, item]) => model.needsLogin(item));
      for (const [id, item] of open) {
        if (!model.isSignedIn && model.needsLogin(item)) continue;
        settle(model, subject, id, item, isSure && !isHalted);
      }
      compare(model, subject);
      if (isIdle && versionsOf(subject) !== versions) throw new Error('written for nothing');
      if (isSure && !isHalted && tellsOfGone(model, subject))
        throw new Error('tells of what is gone');
    },
    toString: () => `run(${JSON.stringify(trouble)})`,
  };
}

function recheck(trouble: Trouble): Command {
  return {
    check: ({ troubles }) => trouble.kind === 'none' || troubles < troublesBorne,
    run: async (model, subject) => {
      await subject.run('recheck', trouble);
      if (trouble.kind !== 'none') model.troubles += 1;
      for (const [id, item] of model.items) {
        const after = model.rechecked(item);
        const isAsBefore = itemOf(subject, id)?.checked === item.checked;
        if (trouble.kind === 'none' || !isAsBefore) model.items.set(id, after);
      }
      compare(model, subject);
    },
    toString: () => `recheck(${JSON.stringify(trouble)})`,
  };
}

/** Takes an item as dealt with: for sure, or where the world says that it or its issue is. */
function settle(
  model: Model,
  subject: Subject,
  id: string,
  item: ModelItem,
  isSure: boolean,
): void {
  const { world } = subject;
  const issue = model.issues.get(item.text);
  const isDone = itemOf(subject, id)?.checked === true;
  if (issue !== undefined) {
    const after = model.annotated(issue, world);
    const isWritten = describeIssue(after) === describeIssue(issueOf(subject, item.text, issue));
    // A checked item's issue is written: the order is the promise.
    if (isSure || isDone || isWritten) model.issues.set(item.text, after);
  }
  if (isSure || isDone) model.items.set(id, model.dealtWith(item));
}

/** Throws where the world is not as the model says. */
export function compare(model: Model, subject: Subject): void {
  const { world, queue } = subject;
  const wrong: string[] = [];
  const ids = [...world.issue(queue).items.keys()].sort();
  if (ids.join() !== [...model.items.keys()].sort().join()) wrong.push(`items ${ids}`);
  for (const [id, item] of model.items) {
    const now = itemOf(subject, id);
    if (JSON.stringify(now) !== JSON.stringify(item)) {
      wrong.push(`item ${JSON.stringify(now)} instead of ${JSON.stringify(item)}`);
    }
  }
  for (const [key, issue] of model.issues) {
    const now = describeIssue(issueOf(subject, key, issue));
    if (now !== describeIssue(issue))
      wrong.push(`${key} ${now} instead of ${describeIssue(issue)}`);
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

function itemOf({ world, queue }: Subject, id: string): ModelItem | undefined {
  const item = world.issue(queue).items.get(id);
  return item && { text: item.text, checked: item.checked, isFar: item.deadline === deferralDate };
}

/** An issue as it is; its link is taken from the model, which set it. */
function issueOf({ world }: Subject, key: string, { link }: ModelIssue): ModelIssue {
  const { fields } = world.issue(key);
  const text = fields.get(errorField);
  const mapped = Object.values(mappedFields).map((field) => [field, fields.get(field) ?? null]);
  return {
    link,
    error: typeof text === 'string' ? text.slice(0, text.indexOf(': ')) : null,
    fields: Object.fromEntries(mapped),
  };
}

function describeIssue({ error, fields }: ModelIssue): string {
  const values = Object.values(mappedFields).map((field) => fields[field] ?? null);
  return JSON.stringify([error, ...values]);
}

/** Whether the checklist issue's error field tells of an item that is neither deferred nor open. */
function tellsOfGone(model: Model, { world, queue }: Subject): boolean {
  const summary = String(world.issue(queue).fields.get(errorField) ?? '');
  const told = summary.split('\n').flatMap((line) => /^(.+?): [a-z_]+: /.exec(line)?.[1] ?? []);
  const waiting = [...model.items.values()].filter(({ checked, isFar }) => !checked || isFar);
  return told.some((label) => waiting.every(({ text }) => text !== label));
}

function versionsOf({ world }: Subject): string {
  return [...world.issues()].map(({ key, version }) => `${key} ${version}`).join();
}

/** Sequences of everything that can happen. `requests` bounds where a worker dies. */
export function sequences(length: number, requests: number) {
  const nth = fc.nat(9);
  const issue = fc.nat(5);
  const named = fc.nat(6);
  const link: fc.Arbitrary<LinkKind> = fc.oneof(
    { weight: 3, arbitrary: fc.nat(5) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('none' as const, 'nonsense' as const, 'missing' as const),
    },
  );
  const death = fc.record({
    kind: fc.constant('death' as const),
    at: fc.integer({ min: 1, max: requests }),
    moment: fc.constantFrom('before' as const, 'after' as const),
  });
  const storm = fc.record({
    kind: fc.constant('faults' as const),
    share: fc.constantFrom(0.1, 0.3),
    seed: fc.nat(1_000_000),
  });
  const none = fc.constant({ kind: 'none' } as const);
  const trouble: fc.Arbitrary<Trouble> = fc.oneof(none, none, death, storm);
  return fc.commands(
    [
      named.map(add),
      named.map(add),
      nth.map(tick),
      nth.map(untick),
      nth.map(remove),
      fc.tuple(nth, named).map(([at, to]) => reword(at, to)),
      fc.tuple(issue, link).map(([at, to]) => relink(at, to)),
      issue.map(overtype),
      issue.map(emptyError),
      trouble.map(run),
      trouble.map(run),
      trouble.map(recheck),
      fc.constant(signOut),
      fc.constant(signIn),
    ],
    { maxCommands: length, size: 'max' },
  );
}
