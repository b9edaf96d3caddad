import * as v from 'valibot';
import { placeOn } from '../../app/place.ts';
import { ui } from '../../app/ui-state.ts';

export const ID = 'benchmark';

/** The beginning of the id of the benchmark on view; empty for none. */
const ID_LENGTH = 8;

export const place = {
  benchmark: v.optional(v.pipe(v.string(), v.regex(/^([\da-f]{8})?$/)), ''),
} as const;

export const shortId = (id: string): string => id.slice(0, ID_LENGTH);

export const viewedId = (): string => placeOn(ui.value.place, ID, place).benchmark;
