/** An experiment as this page can run it, and what is kept of its cells. */
import * as v from 'valibot';
import { type Experiment, ExperimentError, parseExperiment } from '../../../experiment/file.ts';
import { type Cell, cellsOf, hashOf } from '../../../experiment/plan.ts';
import type { CellResult } from '../../../experiment/results.ts';
import type { StoredCell } from '../../../store/index.ts';
import { text } from '../text.ts';

export interface OpenedExperiment {
  /** Hash of all that it says. */
  readonly id: string;
  /** As it was read, for those who want its file. */
  readonly json: unknown;
  readonly experiment: Experiment;
  /** Every arm with every preset and seed; arms with the same settings have the same key. */
  readonly places: readonly Cell[];
  /** Each cell that is computed, once. */
  readonly cells: readonly Cell[];
}

/** @throws ExperimentError with every fault at once */
export async function openExperiment(json: unknown): Promise<OpenedExperiment> {
  const experiment = parseExperiment(json);
  const folders = experiment.arms.flatMap(({ name, policy, reward }) =>
    [policy, reward].flatMap((choice) =>
      typeof choice === 'object' && 'folder' in choice ? [text.faults.folderOf(name, choice.folder)] : [],
    ),
  );
  if (folders.length > 0) throw new ExperimentError([...folders, text.faults.folders]);
  const [id, places] = await Promise.all([hashOf(experiment), cellsOf(experiment)]);
  const cells = places.filter(({ key }, i) => places.findIndex((other) => other.key === key) === i);
  return { id, json, experiment, places, cells };
}

/** The content of a file. @throws ExperimentError */
export function parseFile(name: string, content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch (error) {
    throw new ExperimentError([text.faults.noJson(name, (error as SyntaxError).message)]);
  }
}

/** Enough to tell a result from something else, or from one of before. */
const resultSchema = v.looseObject({
  tasks: v.array(v.looseObject({ task: v.string(), samples: v.number(), best: v.looseObject({}) })),
  steps: v.array(v.looseObject({})),
  seconds: v.number(),
  version: v.string(),
});

/** What is kept of cells, by key; what cannot be read is left out, and is computed again. */
export function readResults(stored: readonly StoredCell[]): Map<string, CellResult> {
  const sound = stored.filter(({ result }) => v.is(resultSchema, result));
  return new Map(sound.map(({ key, result }) => [key, result as CellResult]));
}
