import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../../rl/config.ts';
import type { Generation, RunRecord } from '../../../store/index.ts';
import { catalogOf, type SiteItem } from './catalog.ts';
import { folderName } from './folder.ts';

const site: SiteItem = {
  id: 'site:code:policy',
  role: 'policy',
  domain: 'Programs',
  parameters: 10,
  hash: 'aa',
  recipe: null,
};
const run = (id: string, created: number, more: Partial<RunRecord> = {}): RunRecord => ({
  id,
  config: DEFAULT_CONFIG,
  device: '',
  created,
  status: 'paused',
  lastStep: null,
  ...more,
});
const generation = (key: string, step: number, more: Partial<Generation> = {}): Generation => ({
  key,
  generation: step,
  step,
  created: step,
  bytes: 48,
  damaged: false,
  current: true,
  meta: {},
  parts: [{ name: 'parameters', type: 'float32', chunks: [{ bytes: 40, hash: `hash of ${key}` }] }],
  ...more,
});

describe('the list', () => {
  it('has the site first, then runs from newest to oldest, reward models, and imports', () => {
    const reward = { kind: 'reward', name: 'Hard', recipe: '480 steps' };
    const imported = {
      kind: 'import',
      name: 'Mine',
      head: 'score',
      parameters: 7,
      hash: 'ff',
      licence: 'mit',
      recipe: null,
    };
    const items = catalogOf(
      [site],
      [run('old', 1), run('new', 2), run('without weights', 3)],
      [
        generation('model:import-1', 1, { meta: imported }),
        generation('old', 5),
        generation('new', 5),
        generation('model:reward-hard', 1, { meta: reward }),
      ],
    );
    expect(items.map(({ id, place, role, name }) => [id, place, role, name])).toEqual([
      ['site:code:policy', 'site', 'policy', 'Programs: policy'],
      ['new', 'run', 'policy', 'Posterior, seed 1'],
      ['old', 'run', 'policy', 'Posterior, seed 1'],
      ['model:reward-hard', 'reward', 'reward', 'Hard'],
      ['model:import-1', 'import', 'reward', 'Mine'],
    ]);
    expect(items[4]).toMatchObject({ hash: 'ff', licence: 'mit', parameters: 7 });
  });

  it('shows of a run the step in use, also where it was gone back to, and all that is kept', () => {
    const [item] = catalogOf(
      [],
      [run('a', 1, { name: 'Mine', branchedFrom: { name: 'Old', step: 3 } })],
      [generation('a', 5), generation('a', 10, { current: false })],
    );
    expect(item).toMatchObject({
      name: 'Mine',
      parameters: 10,
      bytes: 96,
      hash: 'hash of a',
      origin: `A run, at step 5 of ${DEFAULT_CONFIG.steps}. It began with “Old” at step 3.`,
    });
    expect(item?.generations.map(({ step }) => step)).toEqual([10, 5]);
  });

  it('does not pass the hash of a part off as that of the whole', () => {
    const chunks = [1, 2].map((n) => ({ bytes: 4, hash: `${n}` }));
    const parts = [{ name: 'parameters', type: 'float32' as const, chunks }];
    const [item] = catalogOf([], [run('a', 1)], [generation('a', 5, { parts })]);
    expect(item).toMatchObject({ hash: null, parameters: 2 });
  });

  it('keeps what it does not know in sight, so that it can be deleted', () => {
    expect(catalogOf([], [], [generation('model:other', 1)])[0]).toMatchObject({
      place: 'reward',
      name: 'other',
    });
  });
});

it.each([
  ['Posterior, seed 1', 'posterior-seed-1'],
  ['../Été!', 'ete'],
  ['模型', 'model'],
])('the folder of %s is %s', (name, folder) => {
  expect(folderName(name)).toBe(folder);
});
