import * as v from 'valibot';
import { moved, placeOn } from '../../app/place.ts';
import { look, ui } from '../../app/ui-state.ts';

export const ID = 'rollouts';

const count = v.optional(v.pipe(v.string(), v.regex(/^\d{0,7}$/)), '');

/** The run, and in it the step, the group and the completion. An empty run is the one that trains, or the newest; an empty step the latest. */
export const place = {
  run: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]{0,64}$/)), ''),
  step: count,
  group: count,
  completion: count,
} as const;

export interface Spot {
  /** Empty for the one that trains, or else the newest that has completions. */
  readonly run: string;
  /** `null` for the latest. */
  readonly step: number | null;
  readonly group: number;
  /** Its index in the group; `null` where none is open. */
  readonly completion: number | null;
}

const numberIn = (text: string): number | null => (text === '' ? null : Number(text));

/** Where on the screen the visitor is. */
export function spot(): Spot {
  const { run, step, group, completion } = placeOn(ui.value.place, ID, place);
  return { run, step: numberIn(step), group: numberIn(group) ?? 0, completion: numberIn(completion) };
}

/** Goes there without a new entry in the browser's history: a slider would fill it. */
export function move(change: Partial<Spot>): void {
  const texts = Object.fromEntries(
    Object.entries(change).map(([name, value]) => [name, value === null ? '' : String(value)]),
  );
  const { screen } = ui.peek().place;
  look({ place: { ...moved(ui.peek().place, ID, texts), screen } });
}
