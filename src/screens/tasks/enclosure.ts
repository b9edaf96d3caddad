import type { Page } from '../../app/page.ts';
import type { Enclosure, Packed } from '../../app/screen.ts';
import { tasksOf } from './state.ts';
import { enclose, LINK_LIMIT } from './state/enclosed.ts';
import { text } from './text.ts';

const words = text.link;

const kib = (letters: number): string => `${(letters / 1024).toFixed(1)} KiB`;

/** The open set, which a link can bring along while it is small. */
export function enclosure(page: Page): Enclosure | null {
  const { tasks, download } = tasksOf(page);
  const { open } = tasks.state.value;
  if (!open || open.rows.length === 0) return null;
  const pack = async (): Promise<Packed> => {
    const file = await tasks.file();
    const bring = await enclose({ name: open.name, lines: file?.content ?? '' });
    if (bring.length > LINK_LIMIT)
      return {
        at: null,
        about: words.tooLarge(kib(bring.length), kib(LINK_LIMIT)),
        instead: { label: text.files.download, perform: () => void download() },
      };
    // Its place in this browser means nothing in another.
    return { at: { bring, taskset: '', task: '' }, about: words.size(kib(bring.length)) };
  };
  return { label: words.with(open.rows.length, open.name), pack };
}
