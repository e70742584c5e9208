import type { Simulator } from './server.ts';
import type { WorldOptions } from './world.ts';
import { World } from './world.ts';

/** The breadcrumb keys that are mapped by default. */
export type BreadcrumbKey = keyof typeof mappedFields;

const prefix = '6063181a59590573909db929--';

/** The field with the link. */
export const linkField = `${prefix}link`;

/** The field with what went wrong. */
export const errorField = `${prefix}breadcrumbsError`;

/** Which breadcrumb key goes to which field of the tracker. */
export const mappedFields = {
  'task.position_if_exists': `${prefix}taskPositionIfExists`,
  'task.position': `${prefix}taskPosition`,
  'course.name': `${prefix}moduleName`,
  'track.name': `${prefix}trackName`,
  'track.id': `${prefix}trackId`,
  'lesson.name': `${prefix}lessonName`,
  'sprint.name': `${prefix}sprintName`,
  'sprint.id': `${prefix}sprintId`,
  'topic.name': `${prefix}topicName`,
  'faculty.name': `${prefix}facultyName`,
  'profession.name': `${prefix}professionName`,
} as const;

/** The moment until which items are deferred. */
export const deferralDate = '2099-01-01T05:00:00.000+0000';

/**
 * A tracker with the queue SUP, its local fields, and the checklist issue SUP-1 without items; a
 * content API without resources.
 */
export function standardWorld(options: WorldOptions = {}): World {
  const world = new World(options);
  world.addQueue({ key: 'SUP', id: '6063181a59590573909db929', name: 'Поддержка обучения' });
  addFields(world);
  world.addIssue({ queue: 'SUP', key: 'SUP-1', summary: 'Очередь ссылок на разметку' });
  world.checklistKeys.push('SUP-1');
  return world;
}

function addFields(world: World): void {
  const global = [
    { id: 'summary', type: 'string', en: 'Summary', ru: 'Название', required: true },
    { id: 'description', type: 'text', en: 'Description', ru: 'Описание' },
    { id: 'assignee', type: 'user', en: 'Assignee', ru: 'Исполнитель' },
    { id: 'tags', type: 'array', items: 'string', en: 'Tags', ru: 'Теги' },
    { id: 'deadline', type: 'date', en: 'Deadline', ru: 'Дедлайн' },
    { id: 'start', type: 'date', en: 'Start', ru: 'Начало' },
    { id: 'storyPoints', type: 'float', en: 'Story Points', ru: 'Story Points' },
    { id: 'key', type: 'string', en: 'Key', ru: 'Ключ', readonly: true },
    { id: 'version', type: 'integer', en: 'Version', ru: 'Версия', readonly: true },
    { id: 'updatedAt', type: 'datetime', en: 'Updated', ru: 'Обновлено', readonly: true },
  ] as const;
  for (const { en, ru, ...field } of global) {
    world.addField({ ...field, key: field.id, name: { en, ru } });
  }
  const local = [
    { key: 'link', type: 'string', en: 'Link to the material', ru: 'Ссылка на материал' },
    { key: 'breadcrumbsError', type: 'text', en: 'Breadcrumbs error', ru: 'Ошибка разметки' },
    { key: 'taskPosition', type: 'integer', en: 'Task number', ru: 'Номер задания' },
    {
      key: 'taskPositionIfExists',
      type: 'integer',
      en: 'Task number, if any',
      ru: 'Номер задания, если есть',
    },
    { key: 'moduleName', type: 'string', en: 'Module', ru: 'Модуль' },
    { key: 'trackName', type: 'string', en: 'Track', ru: 'Трек' },
    { key: 'trackId', type: 'string', en: 'Track id', ru: 'Идентификатор трека' },
    { key: 'lessonName', type: 'string', en: 'Lesson', ru: 'Урок' },
    { key: 'sprintName', type: 'string', en: 'Sprint', ru: 'Спринт' },
    { key: 'sprintId', type: 'string', en: 'Sprint id', ru: 'Идентификатор спринта' },
    { key: 'topicName', type: 'string', en: 'Topic', ru: 'Тема' },
    { key: 'facultyName', type: 'string', en: 'Faculty', ru: 'Факультет' },
    { key: 'professionName', type: 'string', en: 'Profession', ru: 'Профессия' },
    { key: 'severity', type: 'float', en: 'Severity', ru: 'Серьёзность' },
    { key: 'fixUntil', type: 'date', en: 'Fix until', ru: 'Исправить до' },
    { key: 'teams', type: 'array', items: 'string', en: 'Teams', ru: 'Команды' },
    { key: 'curator', type: 'user', en: 'Curator', ru: 'Куратор' },
    { key: 'score', type: 'integer', en: 'Score', ru: 'Оценка', readonly: true },
  ] as const;
  for (const { en, ru, ...field } of local) {
    world.addField({ ...field, id: `${prefix}${field.key}`, name: { en, ru }, queue: 'SUP' });
  }
}

/** What the original program calls each key in the names of its variables. */
const envNames: Readonly<Record<BreadcrumbKey, string>> = {
  'task.position_if_exists': 'TASK_POSITION_IF_EXISTS',
  'task.position': 'TASK_POSITION',
  'course.name': 'MODULE_NAME',
  'track.name': 'TRACK_NAME',
  'track.id': 'TRACK_ID',
  'lesson.name': 'LESSON_NAME',
  'sprint.name': 'SPRINT_NAME',
  'sprint.id': 'SPRINT_ID',
  'topic.name': 'TOPIC_NAME',
  'faculty.name': 'FACULTY_NAME',
  'profession.name': 'PROFESSION_NAME',
};

/**
 * The original program's `.env` for a running simulator: with quotes, comments, variables that mean
 * nothing to an extension, and the odd spelling of its example file.
 */
export function envFile({ trackerUrl, loginUrl, world }: Simulator): string {
  const pairs = Object.entries(mappedFields).flatMap(([key, field]) => {
    // The entries of `mappedFields` have its keys.
    const name = envNames[key as BreadcrumbKey];
    const odd = name === 'TASK_POSITION' ? 'TASK_POSITION_FROM_ZERO' : name;
    return [`TRACKER_${odd}_KEY=${field}`, `BREADCRUMBS_${name}_KEY=${key}`];
  });
  return `# Issue tracker
ISSUE_URL="${trackerUrl}/issues/{issue_id}"
TRACKER_OAUTH_TOKEN=${world.trackerRules.token}
TRACKER_CHECKLIST_ISSUE_ID='${world.checklistKeys[0] ?? ''}'
TRACKER_LINK_KEY=${linkField}
TRACKER_BREADCRUMBS_ERROR_KEY=${errorField}
TRACKER_PATCH_TIMEOUT=10
DEFERRED_CHECKLIST_ITEMS_FUTURE_DATETIME=${deferralDate} # checked again once the error is gone

# What goes where
${pairs.join('\n')}

# Browser
BROWSER_START_URL=${loginUrl}
TEST_FETCH_BREADCRUMBS_URL="${world.testLink}"
DEBUGGING_BROWSER_PORT=9222
REMOTE_DEBUGGING_PORT=9222
BROWSER_TYPE=chrome
DRIVER_SERVICE=chromedriver.exe
BROWSER_PATH="C:\\\\Program Files\\\\Google\\\\Chrome\\\\Application\\\\chrome.exe"
DOWNLOADS_FOLDER=/home/somebody/Downloads

# Own endpoints
API_KEY=not-used-any-more
API_PORT=8000
`;
}

/** The original program's `settings.json`. */
export function settingsJsonFile(): string {
  return `${JSON.stringify(
    {
      process_checklist_frequency_seconds: 30,
      uncheck_deferred_issues_frequency_seconds: 3600,
      delete_done_checklist_items: false,
      modify_browser_page_on_fetch: false,
      ignore_errors: { 'sprint.name': true },
    },
    null,
    4,
  )}\n`;
}
