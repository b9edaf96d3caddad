import type { GradeOptions } from '../../src/headless/requests.ts';
import type { GradedLine } from '../../src/domains/code/grading/grade.ts';
import type { LineError } from '../../src/domains/code/grading/lines.ts';
import type { Entry } from '../../src/domains/code/grading/samples.ts';
import type { Call } from '../browser.ts';
import type { Read } from './reading.ts';

/** What is graded before more is read: enough to keep the workers busy, little enough to hold in memory. */
const CHUNK_ENTRIES = 128;
const CHUNK_CHARS = 4 * 2 ** 20;

export type Result = GradedLine | LineError;

/** Grades entries as they are read. Results come in their order; errors stay where they stand. */
export async function* graded(
  call: Call,
  entries: AsyncIterable<Read>,
  options: GradeOptions,
): AsyncGenerator<readonly [Entry, Result][]> {
  for await (const chunk of chunksOf(entries)) {
    const texts = chunk.flatMap(({ entry, text }) => (entry.kind === 'error' ? [] : [text]));
    const answer =
      texts.length === 0 ? '[]' : await call('grade', { items: `[${texts.join(',')}]`, options });
    const results = (JSON.parse(answer) as Result[]).values();
    yield chunk.map(({ entry }): [Entry, Result] => [
      entry,
      entry.kind === 'error' ? entry : (results.next().value as Result),
    ]);
  }
}

async function* chunksOf(entries: AsyncIterable<Read>): AsyncGenerator<Read[]> {
  let chunk: Read[] = [];
  let chars = 0;
  for await (const read of entries) {
    chunk.push(read);
    chars += read.text.length;
    if (chunk.length < CHUNK_ENTRIES && chars < CHUNK_CHARS) continue;
    yield chunk;
    [chunk, chars] = [[], 0];
  }
  if (chunk.length > 0) yield chunk;
}
