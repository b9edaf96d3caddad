/** The completions of a step or of the whole run as files. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { saveFile } from '../../../app/save-file.ts';
import { isAbort } from '../../../errors.ts';
import type { RolloutStep } from '../../../store/index.ts';
import { text } from '../text.ts';
import type { Browser } from './browser.ts';
import { scanRun, type Scan } from './scan.ts';
import { csvHead, csvLinesOf, fileName, jsonLinesOf, type OwnColumns, ownColumns } from './table.ts';

export const FORMATS = ['jsonl', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

const TYPES: Readonly<Record<Format, string>> = { jsonl: 'application/jsonl', csv: 'text/csv' };

export interface Exports {
  /** Steps done of the file that is being written; `null` where none is. */
  readonly progress: ReadonlySignal<{ readonly done: number; readonly of: number } | null>;
  step(format: Format): void;
  run(format: Format): Promise<void>;
  stop(): void;
}

type Walk = Pick<Scan, 'steps' | 'read' | 'report' | 'signal'>;

/** Text is handed to a blob slice by slice, so that the browser may put it on the disk. */
async function jsonLines(walk: Walk): Promise<Blob> {
  const parts: Blob[] = [];
  await scanRun({ ...walk, visit: ({ rollouts }) => void parts.push(new Blob([jsonLinesOf(rollouts)])) });
  return new Blob(parts, { type: TYPES.jsonl });
}

/** Begins anew where a later step has a column that no earlier one had. */
export async function csvFile(walk: Walk, known: OwnColumns = { rewards: [], measures: [] }): Promise<Blob> {
  const parts: Blob[] = [new Blob([csvHead(known)])];
  let more: OwnColumns | null = null;
  const visit = ({ rollouts }: RolloutStep): boolean => {
    const columns = union(known, ownColumns(rollouts));
    if (sizeOf(columns) > sizeOf(known)) more = columns;
    else parts.push(new Blob([csvLinesOf(rollouts, known)]));
    return more === null;
  };
  await scanRun({ ...walk, visit });
  return more === null ? new Blob(parts, { type: TYPES.csv }) : csvFile(walk, more);
}

const union = (a: OwnColumns, b: OwnColumns): OwnColumns => ({
  rewards: [...new Set([...a.rewards, ...b.rewards])],
  measures: [...new Set([...a.measures, ...b.measures])],
});
const sizeOf = ({ rewards, measures }: OwnColumns): number => rewards.length + measures.length;

export function createExports(browser: Browser): Exports {
  const progress = signal<{ readonly done: number; readonly of: number } | null>(null);
  let abort = new AbortController();
  return {
    progress,
    step(format) {
      const shown = browser.shown.peek();
      if (!shown) return;
      const { run, step, rollouts } = shown;
      const own = ownColumns(rollouts);
      const lines = format === 'csv' ? csvHead(own) + csvLinesOf(rollouts, own) : jsonLinesOf(rollouts);
      saveFile(fileName(run.config, step, format), new Blob([lines], { type: TYPES[format] }));
    },
    async run(format) {
      const [run, steps] = [browser.run.peek(), browser.steps.peek()];
      if (!run || !steps || progress.peek()) return;
      abort = new AbortController();
      const of = steps.numbers.length;
      progress.value = { done: 0, of };
      const walk: Walk = {
        steps: steps.numbers,
        read: (from, count) => browser.source.read(run.id, from, count),
        report: (done) => void (progress.value = { done, of }),
        signal: abort.signal,
      };
      try {
        const file = await (format === 'csv' ? csvFile(walk) : jsonLines(walk));
        saveFile(fileName(run.config, null, format), file);
      } catch (error) {
        if (!isAbort(error)) browser.fail(error, text.error.export);
      } finally {
        progress.value = null;
      }
    },
    stop: () => abort.abort(),
  };
}
