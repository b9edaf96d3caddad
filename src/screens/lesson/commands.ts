import type { Command } from '../../app/commands.ts';
import { CHAPTER_IDS } from '../../lesson/chapter-ids.ts';
import { ID, openChapter } from './place.ts';
import { text } from './text.ts';

const chapterAt = (by: number) => CHAPTER_IDS[CHAPTER_IDS.indexOf(openChapter()) + by];

const going = (id: string, label: string, key: string, by: number): Command => ({
  id,
  label,
  keys: [key],
  enabled: () => chapterAt(by) !== undefined,
  perform: ({ goTo }) => goTo(ID, { chapter: chapterAt(by)! }),
});

export const commands: readonly Command[] = [
  going('next-chapter', text.next, 'n', 1),
  going('previous-chapter', text.back, 'p', -1),
];
