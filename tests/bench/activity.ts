import { seedHistory } from '../browser/seed-history.ts';
import type { Session } from './bare-browser.ts';
import type { Bench } from './part.ts';
import { percentile, spreadOf } from './report.ts';
import { Rig } from './rig.ts';
import { paintedAfter } from './start-up.ts';

const items = 50_000;
const timesRuns = 3;

/** A history of many items: the page that shows it, and the popup that does not. */
export async function activity(bench: Bench): Promise<void> {
  const rig = await Rig.open(await bench.builds.demo());
  const times = bench.runs * timesRuns;
  try {
    await rig.use({ protocol: 'http2', latencyMs: 0, scenario: { kind: 'queue', size: 10 } });
    await rig.run();
    const popupBefore = await popupPaint(rig, times);
    bench.say(`a history of ${items} items`);
    await seedHistory((work, seed) => rig.page.call(work, seed), items);
    const opened: Opened[] = [];
    const searched: number[] = [];
    const frames: number[] = [];
    for (let at = 0; at < times; at += 1) {
      const page = await rig.browser.open(rig.activityUrl);
      opened.push(await page.call(untilDrawn, items));
      searched.push(await page.call(search, 'part 123 lesson.name'));
      await page.call(search, '');
      frames.push(...(await scroll(page)));
      await page.close();
    }
    const popupAfter = await popupPaint(rig, times);
    const ms = (values: readonly number[]) => {
      const { min, median, max } = spreadOf(values);
      return `${median.toFixed(0)} ms (${min.toFixed(0)} … ${max.toFixed(0)})`;
    };
    bench.report.notes.push(
      `activity page with ${items} items: first lines after ${ms(opened.map(({ first }) => first))}, all counted after ${ms(opened.map(({ all }) => all))}`,
      `a search through them: ${ms(searched)} from the key to the result`,
      `scrolling over them: a frame p50 ${percentile(frames, 50).toFixed(0)} ms, p95 ${percentile(frames, 95).toFixed(0)} ms, longest ${percentile(frames, 100).toFixed(0)} ms`,
      `popup's first paint with them: ${ms(popupAfter)}, before them ${ms(popupBefore)}`,
    );
  } finally {
    await rig.close();
  }
}

async function popupPaint(rig: Rig, times: number): Promise<readonly number[]> {
  const measured: number[] = [];
  for (let at = 0; at <= times; at += 1) measured.push(await paintedAfter(rig, rig.popupUrl));
  // The first one fills Chromium's caches.
  return measured.slice(1);
}

interface Opened {
  readonly first: number;
  readonly all: number;
}

/** In the page: milliseconds since the navigation. */
async function untilDrawn(count: number): Promise<Opened> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  while (document.querySelector('.item-line') === null) await frame();
  const first = performance.now();
  const all = `${count.toLocaleString('en')} items of ${count.toLocaleString('en')}`;
  while (!document.querySelector('search')?.textContent?.includes(all)) await frame();
  return { first, all: performance.now() };
}

/** In the page: milliseconds from the typing to what it finds, the page's own pause included. */
async function search(text: string): Promise<number> {
  const input = document.querySelector<HTMLInputElement>('search input[type=search]');
  const panel = document.querySelector('search');
  if (input === null || panel === null) throw new Error('there is no search');
  const count = () => panel.textContent?.match(/[\d,]+ items? of [\d,]+/)?.[0];
  const before = count();
  const began = performance.now();
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  while (count() === before) await new Promise((resolve) => requestAnimationFrame(resolve));
  return performance.now() - began;
}

/** Milliseconds of each frame while a person drags the bar from the top to the bottom. */
async function scroll(page: Session): Promise<readonly number[]> {
  return page.call(async (steps) => {
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const lengths: number[] = [];
    let last = await frame();
    for (let step = 1; step <= steps; step += 1) {
      scrollTo(0, (document.body.scrollHeight * step) / steps);
      const now = await frame();
      lengths.push(now - last);
      last = now;
    }
    scrollTo(0, 0);
    return lengths;
  }, 100);
}
