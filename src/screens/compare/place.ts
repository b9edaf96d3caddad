import * as v from 'valibot';
import { placeOn } from '../../app/place.ts';
import { ui } from '../../app/ui-state.ts';

export const ID = 'compare';

/** The beginning of the hash of the experiment on view; empty for none. */
const ID_LENGTH = 12;

export const place = {
  experiment: v.optional(v.pipe(v.string(), v.regex(/^([\da-f]{12})?$/)), ''),
} as const;

export const shortId = (id: string): string => id.slice(0, ID_LENGTH);

export const viewedId = (): string => placeOn(ui.value.place, ID, place).experiment;
