import type { DemoContent } from './demo-content.ts';
import { addDemoContent } from './demo-content.ts';
import type { Expectation, Scenario } from './expectations.ts';
import type { ChecklistItem, IssueSpec } from './issues.ts';
import type { FieldValues } from './places.ts';
import { allMapped, fieldsOf } from './places.ts';
import {
  deferralDate,
  errorField,
  linkField,
  mappedFields,
  standardWorld,
} from './standard-world.ts';
import type { World, WorldOptions } from './world.ts';

/** The demo's queue, and the way to repair one of its failures as a person would. */
export interface DemoScenario extends Scenario {
  /**
   * Sets the link of the issue that has none and empties its error field. Gives what is to be after
   * **Recheck deferred**, which brings that item back and the one deferred by hand, and another run.
   */
  repair(): Scenario;
}

/** One entry of the queue, written down with what is to come of it. */
interface Entry {
  about: string;
  summary: string;
  /** The link field; null for none. */
  link: string | null;
  /** What a success writes. */
  writes?: FieldValues;
  /** The code that it ends with instead. */
  error?: string;
  /** Mapped fields that have a value before. */
  had?: FieldValues;
  /** The error field before. */
  hadError?: string;
  /** The item's text, made of the issue's key; default: the key. */
  text?: (key: string) => string;
  /** Further particulars of the issue. */
  issue?: Partial<IssueSpec>;
}

const site = 'https://learn.example';
const longAgo = '2026-01-19T08:30:00.000+0000';

/**
 * A queue of about 40 issues of every kind, good and bad by turns, with what a run is to make of
 * each. The expectations are written down beside the data; nothing of the extension has a part in
 * them.
 */
export function demoWorld(options: WorldOptions = {}): DemoScenario {
  const world = standardWorld(options);
  world.addQueue({ key: 'HELP', id: '5fd0b7a1e0b2c30011223344', name: 'Помощь студентам' });
  const content = addDemoContent(world);
  world.testLink = `${site}/tasks/${content.marginTask.id}/`;
  const expectations = [
    ...formerItems(world, content),
    ...entries(content).map((entry) => addEntry(world, entry)),
    ...itemsWithoutIssue(world),
  ];
  // What came before the run is no edit: the checklist issue begins as an ordinary one.
  const checklist = world.issue('SUP-1');
  checklist.version = 1;
  checklist.history.length = 0;
  return { world, expectations, repair: () => repair(world, content, expectations) };
}

function addItem(world: World, text: string, rest: Partial<ChecklistItem> = {}): ChecklistItem {
  return world.addItem('SUP-1', { text, ...rest });
}

function addEntry(world: World, entry: Entry): Expectation {
  const { about, summary, link, error, hadError, text = (key) => key, issue: more } = entry;
  const had = entry.had ?? {};
  const writes = entry.writes ?? {};
  const issue = world.addIssue({
    queue: 'SUP',
    summary,
    fields: {
      ...(link === null ? {} : { [linkField]: link }),
      ...had,
      ...(hadError === undefined ? {} : { [errorField]: hadError }),
    },
    ...more,
  });
  const named = issue.aliases[0] ?? issue.key;
  const isLocked = issue.locked || issue.version > world.trackerRules.versionLimit;
  const canBeWritten = issue.access === 'full' && !isLocked;
  const differs = Object.entries(writes).some(([field, value]) => (had[field] ?? null) !== value);
  return {
    about,
    before: addItem(world, text(named)),
    open: true,
    item: error === undefined ? 'checked' : 'deferred',
    named,
    key: issue.key,
    fields: allMapped(had, error === undefined ? writes : {}),
    error: error ?? null,
    errorField: error === undefined || !canBeWritten ? null : { code: error },
    patches: Number(canBeWritten && (error !== undefined || differs || hadError !== undefined)),
  };
}

const inSentence = (key: string): string => `Посмотреть ${key}, пожалуйста`;
const withSummary = (key: string): string => `${key} — опечатка в условии`;
const asUrl = (key: string): string => `https://tracker.yandex.ru/${key}`;
const asInHouseUrl = (key: string): string => `https://st.yandex-team.ru/${key}`;

/** The open items, in the order of the list. */
function entries(content: DemoContent): Entry[] {
  const { marginTask, paddingTask, zeroTask, cleanupTask, quizTask, createTask } = content;
  const { joinTask, countTask, powerTask, buttonTask, mixedUpTask } = content;
  const { margins, nested, leftJoin, power, effect, variants, brokenLesson } = content;
  const { firstSprint, secondSprint, thirdSprint, lostSprint, brokenSprint } = content;
  return [
    {
      about: 'task, plural, by a path from its course',
      summary: 'Опечатка в условии: «отступ у корточки»',
      link: `${site}/courses/${content.html.id}/tasks/${marginTask.id}/`,
      writes: fieldsOf(marginTask),
    },
    {
      about: 'task, singular',
      summary: 'Не принимается верное решение',
      link: `${site}/task/${paddingTask.id}`,
      writes: fieldsOf(paddingTask),
      text: withSummary,
    },
    {
      about: 'task in upper case; position zero; ancestors without names',
      summary: 'useEffect: в подсказке старый синтаксис',
      link: `${site}/TASKS/${zeroTask.id}/`,
      writes: fieldsOf(zeroTask),
    },
    {
      about: 'no link',
      summary: 'Студент жалуется на тренажёр',
      link: null,
      error: 'link_not_set',
    },
    {
      about: 'task with query and fragment',
      summary: 'Тест падает на пустой таблице',
      link: `${site}/tasks/${joinTask.id}/?tab=theory&from=/lessons/0/#hint-2`,
      writes: fieldsOf(joinTask),
      text: asUrl,
    },
    {
      about: 'task with a sprint beside',
      summary: 'Карточка не тянется на ширину экрана',
      link: `${site}/sprints/${firstSprint.id}/tasks/${paddingTask.id}/`,
      writes: fieldsOf(paddingTask, firstSprint),
    },
    {
      about: 'lesson, plural',
      summary: 'В уроке не открывается видео',
      link: `${site}/lessons/${leftJoin.id}/`,
      writes: fieldsOf(leftJoin),
      text: inSentence,
    },
    {
      about: 'task that is not there',
      summary: 'Ссылка из письма студента',
      link: `${site}/tasks/0a0a0a0a/`,
      error: 'resource_not_found',
    },
    {
      about: 'lesson, singular, with a query',
      summary: 'Неточность в определении margin',
      link: `${site}/lesson/${margins.id}?utm_source=tracker`,
      writes: fieldsOf(margins),
    },
    {
      about: 'lesson in upper case with a sprint beside',
      summary: 'Формула размера выборки без скобки',
      link: `${site}/sprints/${thirdSprint.id}/LESSONS/${power.id}`,
      writes: fieldsOf(power, thirdSprint),
    },
    {
      about: 'task below a lesson; the sprint is known from the breadcrumbs',
      summary: 'create() is called twice in the example',
      link: `${site}/lessons/${nested.id}/tasks/${createTask.id}/`,
      writes: fieldsOf(createTask, secondSprint),
      text: (key) => `See ${key} (create)`,
    },
    {
      about: 'link to a page that is no resource',
      summary: 'Не загружается профиль',
      link: `${site}/profile/settings/`,
      error: 'link_not_recognised',
      had: { [mappedFields['course.name']]: 'Введено вручную' },
    },
    {
      about: 'topic, plural',
      summary: 'Тема про A/B-тесты: битая картинка',
      link: `${site}/topics/${content.tests.id}/`,
      writes: fieldsOf(content.tests),
    },
    {
      about: 'topic, singular, in upper case',
      summary: 'Варианты компонентов: устарел интерфейс Figma',
      link: `${site}/TOPIC/${content.components.id}#comments`,
      writes: fieldsOf(content.components),
      text: asInHouseUrl,
    },
    {
      about: 'sprint, plural',
      summary: 'В спринте неверный дедлайн',
      link: `${site}/sprints/${firstSprint.id}/`,
      writes: fieldsOf(firstSprint),
    },
    {
      about: 'lesson that answers with errors',
      summary: 'Урок не опубликован?',
      link: `${site}/lessons/${brokenLesson.id}/`,
      error: 'resource_errors',
    },
    {
      about: 'sprint, singular, below its track',
      summary: 'Sprint 9: wrong order of lessons',
      link: `${site}/tracks/${content.pythonTrack.id}/sprint/${secondSprint.id}`,
      writes: fieldsOf(secondSprint),
    },
    {
      about: 'course, plural',
      summary: 'Нет описания курса',
      link: `${site}/courses/${content.figma.id}/`,
      writes: fieldsOf(content.figma),
    },
    {
      about: 'issue that may not be read',
      summary: 'Закрытая задача службы безопасности',
      link: `${site}/tasks/${marginTask.id}/`,
      error: 'issue_forbidden',
      issue: { access: 'none' },
    },
    {
      about: 'course, singular',
      summary: 'REST API with Django: typo on the first page',
      link: `${site}/course/${content.django.id}?lang=en`,
      writes: fieldsOf(content.django),
    },
    {
      about: 'track, plural',
      summary: 'В программе трека нет даты начала',
      link: `${site}/tracks/${content.webTrack.id}/`,
      writes: fieldsOf(content.webTrack),
    },
    {
      about: 'topic that may not be read',
      summary: 'Закрытая тема по SQL',
      link: `${site}/topics/${content.forbiddenTopic.id}/`,
      error: 'resource_forbidden',
    },
    {
      about: 'track, singular, upper case',
      summary: 'Лендинг трека: старые цены',
      link: `${site}/TRACK/${content.designTrack.id}/`,
      writes: fieldsOf(content.designTrack),
    },
    {
      about: 'profession, plural',
      summary: 'Описание профессии аналитика',
      link: `${site}/professions/${content.analyst.id}/`,
      writes: fieldsOf(content.analyst),
    },
    {
      about: 'issue that may be read but not written',
      summary: 'Задача соседней команды',
      link: `${site}/lessons/${variants.id}/`,
      error: 'issue_forbidden',
      issue: { access: 'read-only' },
    },
    {
      about: 'profession, singular',
      summary: 'Python Backend Developer: broken banner',
      link: `${site}/profession/${content.python.id}`,
      writes: fieldsOf(content.python),
    },
    {
      about: 'faculty, plural',
      summary: 'Факультет дизайна: опечатка в заголовке',
      link: `${site}/faculties/${content.design.id}/`,
      writes: fieldsOf(content.design),
    },
    {
      about: 'faculty, singular',
      summary: 'Marketing faculty: wrong contact',
      link: `${site}/faculty/${content.marketing.id}/about`,
      writes: fieldsOf(content.marketing),
      text: inSentence,
    },
    {
      about: 'id that is an escape',
      summary: 'Ссылка скопирована с ошибкой',
      link: `${site}/lessons/%D1%83%D1%80%D0%BE%D0%BA/`,
      error: 'link_not_recognised',
    },
    {
      about: 'task without a position, where the issue has one',
      summary: 'Quiz: two right answers',
      link: `${site}/tasks/${quizTask.id}/`,
      writes: fieldsOf(quizTask, secondSprint),
      had: { [mappedFields['task.position']]: 12, [mappedFields['task.position_if_exists']]: 12 },
    },
    {
      about: 'issue that can not be edited any more',
      summary: 'Старая задача с тысячами правок',
      link: `${site}/tasks/${powerTask.id}/`,
      error: 'issue_locked',
      issue: { version: 10_101 },
    },
    {
      about: 'all right already',
      summary: 'Посчитайте NULL: неверный эталон',
      link: `${site}/tasks/${countTask.id}/`,
      writes: fieldsOf(countTask),
      had: fieldsOf(countTask),
    },
    {
      about: 'all right but for an error of yesterday',
      summary: 'Размер выборки: уточнить условие',
      link: `${site}/tasks/${powerTask.id}/`,
      writes: fieldsOf(powerTask),
      had: fieldsOf(powerTask),
      hadError: 'content_unavailable: Сервер не отвечал.',
    },
    {
      about: 'task that answers about another',
      summary: 'Открывается не то задание',
      link: `${site}/tasks/${mixedUpTask.id}/`,
      error: 'resource_invalid',
    },
    {
      about: 'sprint that is not there: its name is left as it is',
      summary: 'Верните функцию очистки: нет проверки',
      link: `${site}/sprints/${lostSprint.id}/lessons/${effect.id}/tasks/${cleanupTask.id}/`,
      writes: fieldsOf(cleanupTask, lostSprint),
      had: { [mappedFields['sprint.name']]: 'Спринт 7' },
    },
    {
      about: 'sprint that answers with errors: its name is left out',
      summary: 'LEFT JOIN: путаница в терминах',
      link: `${site}/sprints/${brokenSprint.id}/lessons/${leftJoin.id}/?back=1#top`,
      writes: fieldsOf(leftJoin, brokenSprint),
    },
    {
      about: 'field whose value the tracker rejects',
      summary: 'Кнопка с тремя состояниями',
      link: `${site}/tasks/${buttonTask.id}/`,
      error: 'field_rejected',
      issue: { rejects: { [mappedFields['lesson.name']]: 'Недопустимые символы' } },
    },
    {
      about: 'issue that has been moved here: the item has its old key',
      summary: 'Перенесено из HELP: не видно подсказку',
      link: `${site}/tasks/${marginTask.id}/`,
      writes: fieldsOf(marginTask),
      issue: { aliases: ['HELP-12'] },
    },
    {
      about: 'fields of an earlier link and an error of yesterday',
      summary: 'Ссылка исправлена куратором',
      link: `${site}/lessons/${power.id}/`,
      writes: fieldsOf(power),
      had: fieldsOf(leftJoin),
      hadError: 'resource_not_found: Такого урока нет.',
    },
    {
      about: 'lesson, with the link in another language than the page',
      summary: 'Nested serializers: the diagram is missing',
      link: `${site}/ru/lessons/${nested.id}/`,
      writes: fieldsOf(nested, secondSprint),
      text: withSummary,
    },
  ];
}

/** Items that are not to be touched: done long ago, or deferred by hand or by an earlier run. */
function formerItems(world: World, content: DemoContent): Expectation[] {
  const former = (
    about: string,
    item: 'checked' | 'deferred',
    summary: string,
    fields: FieldValues,
  ): Expectation => {
    const { key } = world.addIssue({ queue: 'SUP', summary, fields });
    const deadline = item === 'checked' ? longAgo : deferralDate;
    const text = fields[errorField];
    return {
      about,
      before: addItem(world, key, { checked: true, deadline }),
      open: false,
      item,
      named: key,
      key,
      fields: allMapped(fields, {}),
      error: null,
      errorField: typeof text === 'string' ? { text } : null,
      patches: 0,
    };
  };
  const { joinTask, margins } = content;
  return [
    former('done long ago', 'checked', 'Опечатка в подсказке', {
      [linkField]: `${site}/tasks/${joinTask.id}/`,
      ...fieldsOf(joinTask),
    }),
    former('done long ago, its link changed since', 'checked', 'Wrong colour of the button', {
      [linkField]: `${site}/lessons/${margins.id}/`,
      ...fieldsOf(joinTask),
    }),
    former('deferred by hand', 'deferred', 'Ждём ответа автора урока', {
      [linkField]: `${site}/lessons/${margins.id}/`,
    }),
    former('deferred by an earlier run', 'deferred', 'Студент не прислал ссылку', {
      [errorField]: 'link_not_set: В задаче нет ссылки на материал.',
    }),
  ];
}

/** Items that name an issue that is not there, or none, or two. */
function itemsWithoutIssue(world: World): Expectation[] {
  const failing = (text: string, named: string | null, error: string): Expectation => ({
    about: error,
    before: addItem(world, text),
    open: true,
    item: 'deferred',
    named,
    key: null,
    fields: {},
    error,
    errorField: null,
    patches: 0,
  });
  return [
    failing('SUP-4040', 'SUP-4040', 'issue_not_found'),
    failing('Разобрать обращения за прошлую неделю', null, 'item_names_no_issue'),
    failing('SUP-6 или SUP-7?', null, 'item_names_no_issue'),
  ];
}

function repair(
  world: World,
  content: DemoContent,
  expectations: readonly Expectation[],
): Scenario {
  const link = `${site}/tasks/${content.createTask.id}/`;
  return {
    world,
    expectations: expectations.map((before): Expectation => {
      if (before.key === null) return before;
      if (before.open && before.error === 'link_not_set') {
        world.editIssue(before.key, { [linkField]: link, [errorField]: null });
        const fields = allMapped(before.fields, fieldsOf(content.createTask));
        return { ...before, ...repaired, about: 'repaired', fields, patches: before.patches + 1 };
      }
      if (!before.open && before.item === 'deferred' && before.errorField === null) {
        const fields = allMapped(before.fields, fieldsOf(content.margins));
        return { ...before, ...repaired, open: true, fields, patches: 1 };
      }
      return before;
    }),
  };
}

const repaired = { item: 'checked', error: null, errorField: null } as const;
