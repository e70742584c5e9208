import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/**
 * The section that is being read: the one that was asked for by its link, while all of it is in
 * sight; at either end of the page the one there; else the first in the upper part of the window.
 * @param names of the sections, in their order; they are the ids of their elements.
 */
export function useSectionInSight(
  names: readonly string[],
  asked: ReadonlySignal<string>,
): ReadonlySignal<string | undefined> {
  const inSight = useSignal(names[0]);
  useEffect(() => {
    const whole = new Set<string>();
    const upper = new Set<string>();
    const note = (seen: Set<string>) => (entries: readonly IntersectionObserverEntry[]) => {
      for (const { target, intersectionRatio, isIntersecting } of entries) {
        const isSeen = seen === whole ? intersectionRatio === 1 : isIntersecting;
        if (isSeen) seen.add(target.id);
        else seen.delete(target.id);
      }
      tell();
    };
    const tell = () => {
      const isAskedFor = names.includes(asked.value) && whole.has(asked.value);
      const found = isAskedFor ? asked.value : (atEnd() ?? names.find((name) => upper.has(name)));
      // Between two sections, the one that was read is still the one.
      inSight.value = found ?? inSight.peek();
    };
    // No section need come into the upper part there, nor does any observer tell of it.
    const atEnd = () => {
      const { scrollTop, clientHeight, scrollHeight } = document.documentElement;
      const isDrawn = (name: string) => document.getElementById(name)?.checkVisibility();
      if (scrollTop === 0) return names.find(isDrawn);
      // Both may have fractions.
      const isAtBottom = scrollTop + clientHeight > scrollHeight - 2;
      return isAtBottom ? names.findLast(isDrawn) : undefined;
    };
    addEventListener('scroll', tell);
    const observers = [
      new IntersectionObserver(note(whole), { threshold: 1 }),
      new IntersectionObserver(note(upper), { rootMargin: '0px 0px -70% 0px' }),
    ];
    for (const name of names) {
      const element = document.getElementById(name);
      if (element !== null) for (const observer of observers) observer.observe(element);
    }
    const stop = asked.subscribe(tell);
    return () => {
      stop();
      removeEventListener('scroll', tell);
      for (const observer of observers) observer.disconnect();
    };
  }, []);
  return inSight;
}
