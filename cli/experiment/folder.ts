/** The folder of an experiment: its file, the cells that are done, and the report. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Experiment } from '../../src/experiment/file.ts';
import { type Cell, hashOf } from '../../src/experiment/plan.ts';
import type { CellResult } from '../../src/experiment/results.ts';
import { InputError } from '../errors.ts';
import { readJson } from '../files.ts';
import { writeText } from '../write-files.ts';

export class ExperimentFolder {
  private constructor(
    readonly path: string,
    /** Where finished cells are, which several experiments may share. */
    readonly cells: string,
  ) {}

  /**
   * Takes a folder for an experiment, or goes on with the one that it holds.
   * @throws InputError where it holds another experiment, or something else
   */
  static async open(path: string, experiment: Experiment, cells: string): Promise<ExperimentFolder> {
    const own = join(path, 'experiment.json');
    const present = existsSync(path) ? await readdir(path) : [];
    if (existsSync(own)) {
      const before = (await readJson(own)) as Experiment;
      if ((await hashOf(before)) !== (await hashOf(experiment)))
        throw new InputError(
          `${path} holds another experiment, “${before.title}”, or this one as it was before its file was changed. ` +
            'Nothing was touched: choose another --out.',
        );
    } else if (present.some((name) => name !== 'cells')) {
      throw new InputError(`${path} is not empty and holds no experiment. Choose another --out.`);
    }
    await mkdir(cells, { recursive: true });
    await writeText(own, `${JSON.stringify(experiment, null, 2)}\n`);
    return new ExperimentFolder(path, cells);
  }

  /**
   * What is known of these cells, under the names that this experiment has for them.
   * @throws InputError for a damaged file, or one that another version wrote
   */
  async results(cells: readonly Cell[], version: string): Promise<Map<string, CellResult>> {
    const found = new Map<string, CellResult>();
    for (const { key, arm, preset } of cells) {
      const path = this.#file(key);
      if (!existsSync(path)) continue;
      const result = parseResult(await readFile(path, 'utf8'), path);
      if (result.version !== version)
        throw new InputError(
          `${path} was computed by version ${result.version} of Posterior; this is ${version}, whose numbers may differ. ` +
            'Nothing was touched: use that version, or another folder for the cells.',
        );
      found.set(key, { ...result, arm, preset });
    }
    return found;
  }

  async save(result: CellResult): Promise<void> {
    await writeText(this.#file(result.key), `${JSON.stringify(result)}\n`);
  }

  /** Where the completions of a cell are. */
  completions(key: string): string {
    return join(this.cells, `${key}.completions.jsonl`);
  }

  #file(key: string): string {
    return join(this.cells, `${key}.json`);
  }
}

function parseResult(text: string, path: string): CellResult {
  try {
    const result = JSON.parse(text) as CellResult;
    if (!Array.isArray(result.tasks)) throw new SyntaxError('it has no “tasks”');
    return result;
  } catch (error) {
    throw new InputError(
      `${path} is damaged (${error instanceof Error ? error.message : String(error)}). Delete it, and it is computed again.`,
    );
  }
}
