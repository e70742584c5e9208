/**
 * Fills a text whose details may be missing. `{1}`, `{2}` stand for details; a part in square brackets that speaks
 * of a detail which is missing is left out, or is what stands behind its bar: `[{1}|Many] failed`.
 */
export function fill(template: string, details: readonly string[]): string {
  const detail = (number: string) => details[Number(number) - 1] ?? '';
  return template
    .replace(/\[([^\]|]*)\|?([^\]]*)\]/g, (_, part: string, otherwise: string) => {
      const numbers = [...part.matchAll(/\{(\d)\}/g)].map(([, number = '']) => number);
      return numbers.every((number) => detail(number) !== '') ? part : otherwise;
    })
    .replace(/\{(\d)\}/g, (_, number: string) => detail(number));
}
