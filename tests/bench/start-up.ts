import { pause, type Session } from './bare-browser.ts';
import type { Bench } from './part.ts';
import { percentile, spreadOf } from './report.ts';
import { Rig } from './rig.ts';

/** How much more often than whole runs these are measured: they are short, and vary more. */
const timesRuns = 8;
const leastTimes = 20;
/** The first ones fill Chromium's caches of compiled code. */
const warmUps = 3;

/** How soon the worker and the popup are there, against what the platform itself takes. */
export async function startUp(bench: Bench): Promise<void> {
  const rig = await Rig.open(await bench.builds.demo(), [await bench.builds.empty()]);
  const times = Math.max(leastTimes, bench.runs * timesRuns) + warmUps;
  try {
    await rig.use({ protocol: 'http2', latencyMs: 50, scenario: { kind: 'queue', size: 10 } });
    await rig.run();
    const other = await rig.browser.target('the empty worker', ({ type, url }) => {
      return type === 'service_worker' && url.endsWith('/worker.js');
    });
    const emptyId = new URL(other.url).host;
    const emptyPage = await rig.browser.open(`chrome-extension://${emptyId}/manifest.json`);
    bench.say('cold wake-up');
    await wakeUp(bench, rig, { id: emptyId, page: emptyPage }, times);
    bench.say('popup');
    await popup(bench, rig, emptyId, times);
    bench.say('click');
    await click(bench, rig, times);
  } finally {
    await rig.close();
  }
}

async function wakeUp(
  bench: Bench,
  rig: Rig,
  empty: { readonly id: string; readonly page: Session },
  times: number,
): Promise<void> {
  const answered = async (id: string, page: Session) => {
    await rig.browser.killWorker((url) => url.includes(id));
    await pause(100);
    return page.call(async () => {
      const began = performance.now();
      await chrome.runtime.sendMessage({ type: 'ping' });
      return performance.now() - began;
    }, null);
  };
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let at = 0; at < times; at += 1) {
    ours.push(await answered(rig.extensionId, rig.page));
    theirs.push(await answered(empty.id, empty.page));
    // What else the start does is to be over before the next kill.
    await pause(200);
  }
  const [own, bare] = [ours.slice(warmUps), theirs.slice(warmUps)];
  bench.report.targets.push({
    work: "cold wake-up to the first answer, p95, against an empty worker's",
    value: percentile(own, 95) / percentile(bare, 95),
    unit: 'times',
    bound: { is: 'at most', value: 2.5 },
    note: `p95 ${percentile(own, 95).toFixed(0)} ms against ${percentile(bare, 95).toFixed(0)} ms, p50 ${percentile(own, 50).toFixed(0)} ms against ${percentile(bare, 50).toFixed(0)} ms`,
  });
}

/** Milliseconds from the navigation to the first paint of content, which both pages draw at once. */
export async function paintedAfter(rig: Rig, url: string): Promise<number> {
  const page = await rig.browser.open(url);
  const ms = await page.call(async () => {
    for (;;) {
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      if (paint !== undefined) {
        if (document.querySelector('[role=status]') === null) throw new Error('no state on screen');
        return paint.startTime;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }, null);
  await page.close();
  return ms;
}

async function popup(bench: Bench, rig: Rig, emptyId: string, times: number): Promise<void> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let at = 0; at < times; at += 1) {
    await rig.browser.killWorker((url) => url.includes(rig.extensionId));
    await pause(100);
    ours.push(await paintedAfter(rig, rig.popupUrl));
    theirs.push(await paintedAfter(rig, `chrome-extension://${emptyId}/index.html`));
    await pause(200);
  }
  const [own, bare] = [spreadOf(ours.slice(warmUps)), spreadOf(theirs.slice(warmUps))];
  bench.report.targets.push({
    work: "popup's state on screen, worker asleep, p50, against an empty preact page's",
    value: own.median / bare.median,
    unit: 'times',
    bound: { is: 'at most', value: 1.5 },
    note: `${own.median.toFixed(0)} ms (${own.min.toFixed(0)} … ${own.max.toFixed(0)}) against ${bare.median.toFixed(0)} ms (${bare.min.toFixed(0)} … ${bare.max.toFixed(0)})`,
  });
}

/** From a click on **Process now** to the first frame that shows something of it. */
async function click(bench: Bench, rig: Rig, times: number): Promise<void> {
  const measured: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const page = await rig.browser.open(rig.popupUrl);
    // Its ping is answered by then.
    await pause(300);
    await rig.browser.killWorker((url) => url.includes(rig.extensionId));
    await pause(100);
    const { x, y } = await page.call(watchClick, null);
    const { before } = await rig.lastRun();
    const mouse = { x, y, button: 'left', clickCount: 1 };
    await page.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...mouse });
    await page.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...mouse });
    measured.push(await page.call(() => globalThis.untilVisibleChange, null));
    await rig.untilEnded(before);
    await page.close();
  }
  const spread = spreadOf(measured.slice(warmUps));
  bench.report.targets.push({
    work: 'a click to a visible change, worker asleep',
    value: spread.median,
    unit: 'ms',
    bound: { is: 'below', value: 100 },
    spread,
    note: `p95 ${percentile(measured.slice(warmUps), 95).toFixed(0)} ms`,
  });
}

declare global {
  // A property of the page that the two functions below share; `var` is how TypeScript has those.
  var untilVisibleChange: Promise<number>;
}

/** In the popup: sets the watch and says where to click. Times that tick by are no change. */
function watchClick(): { x: number; y: number } {
  const button = [...document.querySelectorAll('button')].find(
    ({ textContent }) => textContent === 'Process now',
  );
  const main = document.querySelector('main');
  if (button === undefined || main === null) throw new Error('the popup is not as expected');
  globalThis.untilVisibleChange = new Promise((resolve) => {
    let clickedAt: number | null = null;
    const note = ({ timeStamp }: Event) => {
      clickedAt = timeStamp;
    };
    addEventListener('click', note, { capture: true, once: true });
    const observer = new MutationObserver(() => {
      const began = clickedAt;
      if (began === null) return;
      observer.disconnect();
      // The frame is drawn after this callback; a message is handled after the frame.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now() - began);
        port2.postMessage(null);
      });
    });
    const attributeFilter = ['data-state', 'aria-disabled', 'aria-busy', 'class'];
    observer.observe(main, { subtree: true, childList: true, attributeFilter });
  });
  const { left, top, width, height } = button.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
