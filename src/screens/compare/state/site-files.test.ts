import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openExperiment } from './opened.ts';
import { SITE_FILES } from './site-files.ts';

const FOLDER = 'public/experiments';

it('are all in the site', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(SITE_FILES.map((name) => `${name}.json`).sort());
});

it.each(SITE_FILES)('%s can be run in a page', async (name) => {
  const { experiment, cells } = await openExperiment(
    JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8')),
  );
  expect(experiment.name).toBe(name);
  expect(experiment.contrasts.filter(({ primary }) => primary)).toHaveLength(1);
  expect(cells.length).toBeLessThanOrEqual(12);
});
