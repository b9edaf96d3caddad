import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseExperiment } from './file.ts';
import { cellsOf } from './plan.ts';

const FOLDER = 'docs/experiments';
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

describe('the experiments of the project', () => {
  it.each(files)('%s can be run', async (name) => {
    const experiment = parseExperiment(JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')));
    expect(`${experiment.name}.json`).toBe(name);
    expect(experiment.contrasts.filter(({ primary }) => primary)).toHaveLength(1);
    const cells = await cellsOf(experiment);
    expect(new Set(cells.map(({ key }) => key)).size).toBe(cells.length);
  });
});
