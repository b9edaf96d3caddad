import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseExperiment } from './file.ts';
import { cellsOf } from './plan.ts';

const FOLDER = 'docs/experiments';
const endingIn = (ending: string): string[] => readdirSync(FOLDER).filter((name) => name.endsWith(ending));
const files = endingIn('.json');

describe('the experiments of the project', () => {
  it.each(files)('%s can be run', async (name) => {
    const experiment = parseExperiment(JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')));
    expect(`${experiment.name}.json`).toBe(name);
    expect(experiment.contrasts.filter(({ primary }) => primary)).toHaveLength(1);
    const cells = await cellsOf(experiment);
    expect(new Set(cells.map(({ key }) => key)).size).toBe(cells.length);
  });

  it.each(endingIn('.html'))('%s is the report of one of them, asks for nothing, and is small', (name) => {
    expect(files).toContain(name.replace('.html', '.json'));
    expect(statSync(`${FOLDER}/${name}`).size).toBeLessThan(2_000_000);
    expect(readFileSync(`${FOLDER}/${name}`, 'utf8')).toContain("default-src 'none'");
  });
});
