import * as v from 'valibot';
import { placeOn } from '../../app/place.ts';
import { ui } from '../../app/ui-state.ts';
import { CHAPTER_IDS, type ChapterId } from '../../lesson/chapter-ids.ts';

export const ID = 'lesson';

export const place = { chapter: v.optional(v.picklist(CHAPTER_IDS), 'rollout') } as const;

/** The chapter that is read. */
export const openChapter = (): ChapterId => placeOn(ui.value.place, ID, place).chapter;
