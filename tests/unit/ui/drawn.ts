import type { ComponentChild, ComponentChildren } from 'preact';
import { Button } from '../../../src/ui/button.tsx';

/** What a page would have, without a page: components that have no state draw what they return. */

interface Element {
  readonly type: unknown;
  readonly props: Readonly<Record<string, unknown>> & { readonly children?: ComponentChildren };
}

/** All elements of what is drawn, outer ones first. A button is one, whatever it is made of. */
export function elementsOf(drawn: ComponentChildren): Element[] {
  if (Array.isArray(drawn)) return drawn.flatMap(elementsOf);
  if (typeof drawn !== 'object' || drawn === null || !('props' in drawn)) return [];
  const { type, props } = drawn;
  if (typeof type === 'function' && type !== Button) {
    return elementsOf((type as (props: object) => ComponentChild)(props));
  }
  return [{ type, props }, ...elementsOf(props.children)];
}

/** All that is drawn, as text. */
export function textOf(drawn: ComponentChildren): string {
  if (Array.isArray(drawn)) return drawn.map(textOf).join(' ');
  if (typeof drawn !== 'object' || drawn === null || !('props' in drawn)) {
    return typeof drawn === 'string' || typeof drawn === 'number' ? String(drawn) : '';
  }
  const { type, props } = drawn;
  if (typeof type === 'function' && type !== Button) {
    return textOf((type as (props: object) => ComponentChild)(props));
  }
  return textOf(props.children);
}
