import * as v from 'valibot';
import { moved, placeOn } from '../../app/place.ts';
import { look, ui } from '../../app/ui-state.ts';

export const ID = 'tasks';

const name = v.optional(v.pipe(v.string(), v.regex(/^[\w-]{0,64}$/)), '');

/**
 * The list and the task in it that are on view; empty for the newest list, and for its first task. `bring`: a list that the link
 * brings along, until the visitor has said whether it is to be kept (`state/enclosed.ts`).
 */
export const place = { taskset: name, task: name, bring: v.optional(v.string(), '') } as const;

/** Where on the screen the visitor is. */
export const spot = () => placeOn(ui.value.place, ID, place);

/** Goes there without a new entry in the browser's history. */
export function move(taskset: string, task: string): void {
  const before = placeOn(ui.peek().place, ID, place);
  if (before.taskset === taskset && before.task === task) return;
  change({ taskset, task });
}

/** Takes what the link brought out of the address. */
export const clearBrought = (): void => change({ bring: '' });

function change(at: Readonly<Record<string, string>>): void {
  const { screen } = ui.peek().place;
  look({ place: { ...moved(ui.peek().place, ID, at), screen } });
}
