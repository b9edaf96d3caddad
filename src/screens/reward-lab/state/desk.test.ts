import 'fake-indexeddb/auto';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../../store/index.ts';
import type { RewardChoice } from '../../../app/controller-types.ts';
import { createDesk, SHIPPED, type Desk } from './desk.ts';
import type { Tools } from './tools.ts';
import { rewardShape, rewardSize, trainedModel } from '../../../../tests/support/reward-model.ts';

/** Tools without workers: they remember which weights they were given. */
let loaded: number[] = [];
const tools = {
  config: rewardShape,
  tasks: [],
  site: {
    reward: { config: rewardShape, weights: new Float32Array(rewardSize) },
    scaling: { scaling: { kind: 'sigmoid', center: 0 }, calibration: null },
  },
  load: async (weights: Float32Array) => void loaded.push(weights[0]!),
} as unknown as Tools;

const locks = {
  request: (name: string, ...rest: unknown[]) =>
    (rest.at(-1) as (lock: object) => Promise<unknown>)({ name }),
};

let stores = 0;
let used: RewardChoice[] = [];
let desk: Desk;
const openDesk = (open: () => Promise<Tools> = async () => tools, store = `desk ${stores}`): Desk =>
  createDesk({
    open,
    openStore: () => openStore(store),
    controller: {
      useReward: (choice) => void used.push(choice),
      state: { peek: () => ({ choosesReward: true }) },
    },
  });
const names = (): string[] => desk.state.value.models.map(({ name }) => name);

beforeAll(() => vi.stubGlobal('navigator', { locks }));
beforeEach(async () => {
  stores++;
  loaded = [];
  used = [];
  desk = openDesk();
  await desk.ready();
});
afterEach(() => expect(desk.state.value.loading).toBeNull());

describe('models on the desk', () => {
  it('come and go, and every change is counted', async () => {
    const { version } = desk.state.value;
    await desk.add(trainedModel(7));
    expect(desk.state.value).toMatchObject({ current: 'model:reward-few-pairs', version: version + 1 });
    await desk.select(SHIPPED);
    await desk.select('model:reward-few-pairs');
    expect(loaded).toEqual([7, 0, 7]);
    await desk.remove('model:reward-few-pairs');
    expect(desk.state.value.current).toBe(SHIPPED);
    expect(names()).toEqual(['Shipped']);
  });

  it('of one name are told apart', async () => {
    await desk.add(trainedModel(1));
    await desk.add(trainedModel(2));
    expect(names()).toEqual(['Shipped', 'Few pairs', 'Few pairs (2)']);
  });

  it('outlive the page when they are kept, and only then', async () => {
    await desk.add(trainedModel(3, 'Kept'));
    await desk.keep('model:reward-kept');
    await desk.add(trainedModel(4, 'Lost'));
    const id = desk.state.value.models[1]!.id;
    desk = openDesk();
    await desk.ready();
    expect(desk.state.value.models.map((model) => model.id)).toEqual([SHIPPED, id]);
    await desk.select(id);
    expect(desk.state.value.models[1]).toMatchObject({ name: 'Kept', facts: { recipe: 'pairs' } });
    await desk.remove(id);
    desk = openDesk();
    await desk.ready();
    expect(desk.state.value.models).toHaveLength(1);
  });

  it('stay as they were when another cannot be read', async () => {
    await desk.add(trainedModel(5, 'Kept'));
    await desk.keep('model:reward-kept');
    const other = { ...tools, config: { ...rewardShape, vocabulary: 9 } };
    desk = openDesk(async () => other);
    await desk.ready();
    await desk.select('model:reward-kept');
    expect(desk.state.value.current).toBe(SHIPPED);
    expect(desk.state.value.messages.at(-1)).toMatchObject({
      kind: 'error',
      what: expect.stringContaining('another vocabulary'),
    });
  });

  it('are handed to the Lab with their calibration', async () => {
    await desk.add(trainedModel(6));
    desk.useInLab();
    expect(used).toMatchObject([
      {
        domain: 'code',
        id: 'model:reward-few-pairs',
        name: 'Few pairs',
        calibration: trainedModel(6).scaling.calibration,
      },
    ]);
    await desk.select(SHIPPED);
    desk.useInLab();
    expect(used[1]).toMatchObject({ id: SHIPPED, name: 'Shipped', calibration: null });
  });
});

describe('the mapping', () => {
  it('follows the choice, where the model allows it', async () => {
    expect(desk.toReward(0)).toBe(0.5);
    desk.setScaling('min-max');
    expect(desk.state.value.scaling.kind).toBe('sigmoid');
    expect(desk.state.value.messages.at(-1)?.what).toContain('no calibration');
    await desk.add(trainedModel(1));
    desk.setScaling('min-max');
    expect([desk.toReward(-1), desk.toReward(1), desk.toReward(9)]).toEqual([0, 0.5, 1]);
    desk.setScaling('reference');
    expect(desk.toReward(4, 4)).toBe(0.5);
    expect(desk.toReward(2)).toBe(0.5);
  });
});

describe('tools that cannot be opened', () => {
  it('are tried again at the next use', async () => {
    let tries = 0;
    desk = openDesk(async () => {
      if (tries++ === 0) throw new Error('missing file');
      return tools;
    });
    await expect(desk.ready()).rejects.toThrow('missing file');
    expect(desk.state.value.status).toBe('failed');
    await desk.ready();
    expect(desk.state.value.status).toBe('ready');
  });

  it('or that stopped are opened anew with the model that was on the desk', async () => {
    await desk.add(trainedModel(8));
    const lost = new Error('The reward worker stopped.');
    lost.name = 'WorkerStoppedError';
    desk.fail(lost, {});
    expect(desk.state.value.status).toBe('failed');
    await desk.ready();
    expect(desk.state.value).toMatchObject({ status: 'ready', current: 'model:reward-few-pairs' });
    expect(loaded).toEqual([8, 8]);
  });

  it('says nothing of what was stopped on purpose', () => {
    desk.fail(new DOMException('stopped', 'AbortError'), {});
    expect(desk.state.value.messages).toEqual([]);
  });
});
