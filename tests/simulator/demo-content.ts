import type { Resource, ResourceType } from './resources.ts';
import type { World } from './world.ts';

/** The resources of the demo, by a short name each. */
export type DemoContent = ReturnType<typeof addDemoContent>;

/** Fills a content API with four faculties and what is below them. */
export function addDemoContent(world: World) {
  const add =
    (type: ResourceType) =>
    (id: string, name: string, parent: Resource | null, more: Partial<Resource> = {}): Resource =>
      world.addResource({ ...more, type, id, name, parent });
  const faculty = add('faculty');
  const profession = add('profession');
  const track = add('track');
  const course = add('course');
  const topic = add('topic');
  const lesson = add('lesson');
  const sprint = add('sprint');
  const task = (
    id: string,
    description: string,
    parent: Resource,
    more: Partial<Resource> = {},
  ): Resource => world.addResource({ ...more, type: 'task', id, description, parent });

  const programming = faculty('3', 'Программирование', null);
  const analysis = faculty('5', 'Анализ данных', null);
  const design = faculty('8', 'Дизайн', null);
  const marketing = faculty('11', 'Marketing & Communication', null);

  const web = profession('web-developer', 'Веб-разработчик', programming);
  const python = profession('python-backend', 'Python Backend Developer', programming);
  const analyst = profession('data-analyst', 'Аналитик данных', analysis);
  const interfaces = profession('ux-ui', 'Дизайнер интерфейсов', design);

  const webTrack = track('27', 'Веб-разработчик, расширенный', web);
  const pythonTrack = track('52', 'Python Developer Plus', python);
  const analystTrack = track('41', 'Аналитик данных, когорта 12', analyst);
  const designTrack = track('63', 'Дизайнер интерфейсов', interfaces);

  const html = course('c7a1-html', 'HTML и CSS: первые шаги', webTrack);
  const react = course('c7a2-react', 'React-приложения', webTrack, { nameInBreadcrumbs: 'absent' });
  const django = course('c5d1-django', 'REST API with Django', pythonTrack);
  const sql = course('c4b1-sql', 'SQL basics', analystTrack);
  const statistics = course('c4b2-stat', 'Статистика и A/B-тесты', analystTrack);
  const figma = course('c6f1-figma', 'Figma для начинающих', designTrack);

  const firstSprint = sprint('1042', 'Спринт 3. Вёрстка карточек', webTrack);
  const secondSprint = sprint('1043', 'Sprint 9: Serializers', pythonTrack);
  const thirdSprint = sprint('1107', 'Спринт 5. Проверка гипотез', analystTrack);
  const lostSprint = sprint('1999', 'Спринт, которого больше нет', webTrack, {
    trouble: { kind: 'missing' },
  });
  const brokenSprint = sprint('1998', 'Спринт с ошибкой', analystTrack, {
    trouble: { kind: 'errors', errors: [{ code: 'sprint_archived', message: 'Спринт в архиве' }] },
  });

  const boxes = topic('8f14e45f', 'Блочная модель', html);
  const hooks = topic('c9f0f895', 'Хуки', react, { nameInBreadcrumbs: 'null' });
  const serializers = topic('45c48cce', 'Serializers and validation', django);
  const joins = topic('d3d94468', 'Соединение таблиц', sql);
  const tests = topic('6512bd43', 'A/B-тесты: «выборка» & мощность', statistics);
  const components = topic('c20ad4d7', 'Компоненты и варианты', figma);

  const margins = lesson('9b2d1c70', 'Отступы: margin и padding', boxes);
  const effect = lesson('1f0e3dad', 'useEffect и его зависимости', hooks, {
    nameInBreadcrumbs: 'absent',
  });
  const nested = lesson('98f13708', 'Nested serializers', serializers, { sprint: secondSprint });
  const leftJoin = lesson('3c59dc04', 'LEFT JOIN и пропуски', joins);
  const power = lesson('b6d767d2', 'Мощность теста и размер выборки', tests);
  const variants = lesson('37693cfc', 'Варианты компонента <Button>', components);

  const forbiddenTopic = topic('1ff1de77', 'Закрытая тема', sql, {
    trouble: { kind: 'forbidden' },
  });
  const brokenLesson = lesson('8e296a06', 'Урок с ошибкой', joins, {
    trouble: { kind: 'errors', errors: ['Lesson is not published'] },
  });

  return {
    programming,
    analysis,
    design,
    marketing,
    web,
    python,
    analyst,
    webTrack,
    pythonTrack,
    analystTrack,
    designTrack,
    html,
    django,
    statistics,
    figma,
    firstSprint,
    secondSprint,
    thirdSprint,
    lostSprint,
    brokenSprint,
    boxes,
    tests,
    components,
    margins,
    effect,
    nested,
    leftJoin,
    power,
    variants,
    forbiddenTopic,
    brokenLesson,
    marginTask: task('4e732ced', 'Задайте отступ у карточки', margins, { position: 1 }),
    paddingTask: task('02e74f10', 'Поменяйте padding на 16px', margins, { position: 2 }),
    /** The first of its lesson, counted from zero. */
    zeroTask: task('33e75ff0', 'Уберите лишний рендер', effect, { position: 0 }),
    cleanupTask: task('6ea9ab1b', 'Верните функцию очистки', effect, { position: 1 }),
    /** One that has no position. */
    quizTask: task('34173cb3', 'Quiz: what does many=True do?', nested),
    createTask: task('c16a5320', 'Override create()', nested, { position: 4 }),
    joinTask: task('6364d3f0', 'Найдите клиентов без заказов', leftJoin, { position: 3 }),
    countTask: task('182be0c5', 'Посчитайте NULL в столбце', leftJoin, { position: 5 }),
    powerTask: task('e369853d', 'Рассчитайте размер выборки', power, { position: 2 }),
    buttonTask: task('1c383cd3', 'Соберите кнопку с тремя состояниями', variants, { position: 7 }),
    /** Asked for, it answers about another. */
    mixedUpTask: task('19ca14e7', 'Перепутанное задание', power, {
      position: 3,
      trouble: { kind: 'another', id: 'e369853d' },
      troubleAt: 'object',
    }),
  };
}
