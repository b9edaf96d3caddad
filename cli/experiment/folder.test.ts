import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Experiment, parseExperiment } from '../../src/experiment/file.ts';
import { type Cell, cellsOf } from '../../src/experiment/plan.ts';
import type { CellResult } from '../../src/experiment/results.ts';
import { ExperimentFolder } from './folder.ts';

const root = mkdtempSync(join(tmpdir(), 'posterior-folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const titled = (title: string): Experiment =>
  parseExperiment({ version: 1, name: 'e', title, seeds: [1], arms: [{ name: 'a' }, { name: 'b' }] });

describe('the folder of an experiment', () => {
  let path: string;
  let cells: readonly Cell[];
  const open = (experiment = titled('One')) => ExperimentFolder.open(path, experiment, join(path, 'cells'));

  beforeEach(async () => {
    path = mkdtempSync(join(root, 'e-'));
    cells = await cellsOf(titled('One'));
  });

  const result = (cell: Cell, version = '1.0.0') =>
    ({
      key: cell.key,
      arm: cell.arm,
      preset: cell.preset,
      seed: 1,
      tasks: [],
      version,
    }) as unknown as CellResult;

  it('keeps what is finished, and is opened again by the same experiment', async () => {
    await (await open()).save(result(cells[0]!));
    const again = await open();
    const found = await again.results(cells, '1.0.0');
    expect([...found.keys()]).toEqual([cells[0]!.key]);
  });

  it('is not given to another experiment, nor to one whose file was changed', async () => {
    await open();
    await expect(open(titled('Another'))).rejects.toThrow(
      /holds another experiment, “One”.*choose another --out/s,
    );
  });

  it('is not taken where something else stands in it', async () => {
    writeFileSync(join(path, 'thesis.txt'), '');
    await expect(open()).rejects.toThrow('is not empty and holds no experiment');
  });

  it('names a cell of another version, and leaves it', async () => {
    const folder = await open();
    await folder.save(result(cells[0]!, '0.9.0'));
    await expect(folder.results(cells, '1.0.0')).rejects.toThrow(
      /computed by version 0\.9\.0.*this is 1\.0\.0/s,
    );
  });

  it('names a damaged cell and what to do', async () => {
    const folder = await open();
    for (const text of ['{"tasks":', '{}', 'null', '']) {
      writeFileSync(join(path, 'cells', `${cells[1]!.key}.json`), text);
      await expect(folder.results(cells, '1.0.0'), text).rejects.toThrow(
        /is damaged .*Delete it, and it is computed again/s,
      );
    }
  });
});
