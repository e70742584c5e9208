import type { ItemCode } from '../errors/codes.ts';
import type { Failure } from '../errors/failure.ts';
import {
  type ContentAnswer,
  type ContentObject,
  type ContentRequest,
  type Level,
  pathOf,
} from './content-answers.ts';
import type { ParsedLink } from './link.ts';
import {
  type BreadcrumbKey,
  type Breadcrumbs,
  type BreadcrumbValue,
  hierarchy,
  type Resource,
  type ResourceType,
  typeOfKey,
} from './resource.ts';

/** A mapped key, and whether an answer with errors for it is passed over. */
export interface WantedKey {
  readonly key: BreadcrumbKey;
  readonly ignoreErrors: boolean;
}

/** The failure as it is told to people. */
export function asFailure({ code, resource, keys, text }: GatherFailure): Failure {
  const about = code === 'resource_errors' ? text : keys.join(', ');
  return { code, details: [`${resource.type} ${resource.id}`, about] };
}

/** Why the breadcrumbs of a link can't be had. */
interface GatherFailure {
  readonly code: ItemCode;
  readonly resource: Resource;
  /** The mapped keys that the answer should have given. */
  readonly keys: readonly BreadcrumbKey[];
  /** What the API said. */
  readonly text: string;
}

export type Gathered =
  /** These answers are missing; ask for them and gather again. */
  | { readonly kind: 'needs'; readonly requests: readonly ContentRequest[] }
  | {
      readonly kind: 'breadcrumbs';
      readonly breadcrumbs: Breadcrumbs;
      /** Keys that may be left out only because an answer was passed over that would have told of them. */
      readonly ignored: ReadonlySet<BreadcrumbKey>;
    }
  | { readonly kind: 'failure'; readonly failure: GatherFailure };

/** The answers known so far in a run, by {@link pathOf} of their requests. */
type KnownAnswers = ReadonlyMap<string, ContentAnswer>;

/**
 * What "ignore errors" passes over: the API says that it has nothing good to give. What it does not
 * let be seen, or says in a way that is not understood, may be a login that ended or an API that
 * changed, and has to reach the brake.
 */
const ignorableCodes: ReadonlySet<ItemCode> = new Set(['resource_errors', 'resource_not_found']);

/** What may stand above a resource in the hierarchy. A sprint is divided into lessons. */
function typesAbove(type: ResourceType): ReadonlySet<ResourceType> {
  const order: readonly ResourceType[] = hierarchy;
  return new Set(order.slice(0, order.indexOf(type === 'sprint' ? 'lesson' : type)));
}

/** Under this name the levels above the tasks of a lesson are known, from any of its tasks. */
export function levelsOfLesson(lessonId: string | number): string {
  return `levels of lesson ${lessonId}`;
}

/**
 * What a link's breadcrumbs are, or which answers are still needed to tell. Pure: called again with
 * more answers until it needs none.
 */
export function gather(
  link: ParsedLink,
  answers: KnownAnswers,
  wanted: readonly WantedKey[],
): Gathered {
  return new Gathering(link, answers, wanted).run();
}

class Gathering {
  readonly #levels = new Map<ResourceType, Level>();
  readonly #objects = new Map<ResourceType, ContentObject>();
  readonly #needed: ContentRequest[] = [];
  readonly #ignored = new Set<BreadcrumbKey>();
  #failure: GatherFailure | null = null;
  readonly #link: ParsedLink;
  readonly #answers: KnownAnswers;
  readonly #wanted: readonly WantedKey[];

  constructor(link: ParsedLink, answers: KnownAnswers, wanted: readonly WantedKey[]) {
    this.#link = link;
    this.#answers = answers;
    this.#wanted = wanted;
  }

  run(): Gathered {
    this.#start();
    if (this.#needed.length === 0 && this.#failure === null) this.#readNamelessLevels();
    if (this.#failure !== null) return { kind: 'failure', failure: this.#failure };
    if (this.#needed.length > 0) return { kind: 'needs', requests: this.#needed };
    return { kind: 'breadcrumbs', breadcrumbs: this.#breadcrumbs(), ignored: this.#ignored };
  }

  /** The levels that the resource itself tells of. */
  #start(): void {
    const { resource, sprintId } = this.#link;
    this.#levels.set(resource.type, { ...resource, name: null });
    if (resource.type === 'lesson') this.#takeLevels({ kind: 'breadcrumbs', resource });
    else this.#startFromObject(resource);
    if (sprintId !== null && resource.type !== 'sprint') this.#addSprint(sprintId);
  }

  #startFromObject(resource: Resource): void {
    const object = this.#readObject(resource);
    if (resource.type !== 'task') {
      if (object === undefined) this.#leaveUntold(resource.type);
      for (const [type, id] of object?.ancestors ?? []) {
        this.#levels.set(type, { type, id, name: null });
      }
    } else if (this.#failure === null && this.#answers.has(pathOf({ kind: 'object', resource }))) {
      // The object comes first: the lesson that it names may spare the task's own breadcrumbs.
      this.#takeLevelsOfTask(resource, object?.ancestors.get('lesson'));
    }
  }

  #takeLevelsOfTask(task: Resource, lessonId: string | number | undefined): void {
    const shared = lessonId === undefined ? undefined : this.#levelsAbove(lessonId);
    if (shared === undefined) this.#takeLevels({ kind: 'breadcrumbs', resource: task, lessonId });
    else this.#addLevels(shared);
  }

  #levelsAbove(lessonId: string | number): readonly Level[] | undefined {
    const lesson: Resource = { type: 'lesson', id: String(lessonId) };
    const own = this.#answers.get(pathOf({ kind: 'breadcrumbs', resource: lesson }));
    const answer = own?.kind === 'levels' ? own : this.#answers.get(levelsOfLesson(lessonId));
    return answer?.kind === 'levels' ? answer.levels : undefined;
  }

  #takeLevels(request: ContentRequest): void {
    const answer = this.#answers.get(pathOf(request));
    if (answer === undefined) this.#needed.push(request);
    else if (answer.kind === 'levels') this.#addLevels(answer.levels);
    else if (answer.kind === 'failure') {
      const { type } = request.resource;
      const above = typesAbove(type);
      this.#fail(request, answer, ({ key }) => {
        const isGiven = above.has(typeOfKey(key)) && /\.(?:id|name)$/.test(key);
        return isGiven || key === 'lesson.name';
      });
      this.#leaveUntold(type);
    }
  }

  #addLevels(levels: readonly Level[]): void {
    for (const level of levels) {
      const known = this.#levels.get(level.type);
      if (known === undefined || known.name === null) this.#levels.set(level.type, level);
    }
  }

  #addSprint(id: string): void {
    const known = this.#levels.get('sprint');
    if (String(known?.id) !== id) this.#levels.set('sprint', { type: 'sprint', id, name: null });
  }

  #readNamelessLevels(): void {
    for (const { type, id, name } of this.#levels.values()) {
      if (name === null && type !== 'task') this.#readObject({ type, id: String(id) });
    }
  }

  /** The object of a resource, where it is known and good. Asks for it where it isn't known. */
  #readObject(resource: Resource): ContentObject | undefined {
    const request: ContentRequest = { kind: 'object', resource };
    const answer = this.#answers.get(pathOf(request));
    if (answer === undefined) this.#needed.push(request);
    else if (answer.kind === 'object') this.#objects.set(resource.type, answer.object);
    else if (answer.kind === 'failure') {
      this.#fail(request, answer, ({ key }) => {
        return typeOfKey(key) === resource.type && !key.endsWith('.id');
      });
    }
    return answer?.kind === 'object' ? answer.object : undefined;
  }

  /** An error for each mapped key that the answer should have given, unless it is ignored. */
  #fail(
    request: ContentRequest,
    answer: Extract<ContentAnswer, { kind: 'failure' }>,
    isConcerned: (wanted: WantedKey) => boolean,
  ): void {
    const concerned = this.#wanted.filter(isConcerned);
    const keys: BreadcrumbKey[] = [];
    for (const { key, ignoreErrors } of concerned) {
      if (ignoreErrors && ignorableCodes.has(answer.code)) this.#ignored.add(key);
      else keys.push(key);
    }
    // Nobody mapped anything of the very resource that the link names, and it can't be read: with
    // no key to carry the error, the item would pass for annotated with nothing.
    const isLinked =
      request.resource.type === this.#link.resource.type &&
      (request.kind === 'object' || request.resource.type === 'lesson');
    if (keys.length > 0 || (concerned.length === 0 && isLinked)) {
      this.#failure ??= { code: answer.code, resource: request.resource, keys, text: answer.text };
    }
  }

  /** Without the answer that names its levels, no key of what may be above a resource can be told not to apply. */
  #leaveUntold(type: ResourceType): void {
    const above = typesAbove(type);
    for (const { key } of this.#wanted) {
      // The API names the sprint of a resource with what is above it.
      if (above.has(typeOfKey(key)) || typeOfKey(key) === 'sprint') this.#ignored.add(key);
    }
  }

  #breadcrumbs(): Breadcrumbs {
    const breadcrumbs: Breadcrumbs = {};
    const set = (key: BreadcrumbKey, value: BreadcrumbValue) => {
      breadcrumbs[key] = value;
    };
    for (const { type, id, name } of this.#levels.values()) {
      const object = this.#objects.get(type);
      set(`${type}.id`, object?.id ?? id);
      const knownName = name ?? object?.name ?? null;
      if (knownName !== null) set(`${type}.name`, knownName);
      if (object !== undefined && object.position !== null) {
        set(`${type}.position_if_exists`, object.position);
      }
    }
    const task = this.#objects.get('task');
    if (task !== undefined) {
      set('task.position', task.position);
      if (task.description !== null) set('task.description', task.description);
    }
    return breadcrumbs;
  }
}
