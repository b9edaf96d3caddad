import type { ComponentChildren } from 'preact';
import { ui } from '../ui-state.ts';

interface Props {
  /** Its name in the address. */
  readonly name: string;
  readonly children: ComponentChildren;
}

/** Whether a link leaves a part out. */
export const isLeftOut = (name: string): boolean => ui.value.place.as.hide.includes(name);

/** What a link can leave out. */
export const Part = ({ name, children }: Props) => (isLeftOut(name) ? null : <>{children}</>);
