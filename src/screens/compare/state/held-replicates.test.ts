import { expect, it } from 'vitest';
import type { OwnPolicy, OwnReward } from '../../../experiment/models.ts';
import { fullConfig } from '../../../rl/config.ts';
import { PRESETS } from '../../../run/presets.ts';
import { type HeldModel, HeldReplicates, type Maker } from './held-replicates.ts';

const policy: OwnPolicy = { kind: 'policy', world: 'code', seed: 3, steps: 7 };
const reward: OwnReward = { kind: 'reward', world: 'code', seed: 3, recipe: 'strong', from: policy };

const held = (name: string): HeldModel => ({ name, calibration: null }) as unknown as HeldModel;

it('makes each model once, a reward model from its policy, and again only what failed', async () => {
  const made: string[] = [];
  let fails = true;
  const maker: Maker = {
    policy: async ({ steps }) => {
      made.push(`policy ${steps}`);
      return held('p');
    },
    reward: async ({ recipe }, from) => {
      made.push(`${recipe} from ${(from as unknown as { name: string }).name}`);
      if (fails) throw new Error('stopped');
      return held('r');
    },
  };
  const replicates = new HeldReplicates();
  await expect(replicates.model(reward, maker)).rejects.toThrow('stopped');
  fails = false;
  expect(await replicates.model(reward, maker)).toMatchObject({ name: 'r' });
  await replicates.model(reward, maker);
  await replicates.model(policy, maker);
  expect(made).toEqual(['policy 7', 'strong from p', 'strong from p']);
  await replicates.model({ ...policy, seed: 4 }, maker);
  expect(made).toHaveLength(4);
});

it('measures pass rates once for the same draws of the same start', async () => {
  const replicates = new HeldReplicates();
  const config = fullConfig(PRESETS[0]!.config);
  let measured = 0;
  const measure = async () => [{ task: 't', rate: ++measured }];
  const ask = (start: string, seed: number) => replicates.passRates(start, { ...config, seed }, 4, measure);
  expect(await ask('a', 1)).toEqual(await ask('a', 1));
  await replicates.passRates('a', { ...config, seed: 1, gate: 'outcome' }, 4, measure);
  expect(measured).toBe(1);
  await ask('b', 1);
  await ask('a', 2);
  expect(measured).toBe(3);
});
