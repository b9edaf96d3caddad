import * as v from 'valibot';
import { moved, placeOn } from '../../app/place.ts';
import { look, ui } from '../../app/ui-state.ts';

export const ID = 'compare';

/** The beginning of the hash of the experiment on view; empty for none. */
const ID_LENGTH = 12;

/** An experiment, or ids of runs that stand side by side. */
export const place = {
  experiment: v.optional(v.pipe(v.string(), v.regex(/^([\da-f]{12})?$/)), ''),
  runs: v.optional(v.pipe(v.string(), v.regex(/^([\w.-]{1,64}(,[\w.-]{1,64}){0,23})?$/)), ''),
} as const;

export const shortId = (id: string): string => id.slice(0, ID_LENGTH);

export const viewedId = (): string => placeOn(ui.value.place, ID, place).experiment;

export const chosenIds = (): readonly string[] =>
  placeOn(ui.value.place, ID, place)
    .runs.split(',')
    .filter((id) => id !== '');

/** Puts runs in the address, in place of an experiment; a tick is no step in the browser's history. */
export function placeRuns(ids: readonly string[]): void {
  const { place: before } = ui.peek();
  const at = { runs: ids.join(','), ...(ids.length > 0 && { experiment: '' }) };
  look({ place: { ...moved(before, ID, at), screen: before.screen } });
}
