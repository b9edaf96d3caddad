import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { initialWeights } from '../../../model/parameters.ts';
import { openStore } from '../../../store/index.ts';
import { rewardShape, trainedModel } from '../../../../tests/support/reward-model.ts';
import { keyFor, loadModel, saveModel, storedKeys, type StoredModel } from './stored-models.ts';

const model: StoredModel = { ...trainedModel(0), weights: initialWeights(rewardShape, 1) };

describe('keys', () => {
  it('are made of the words of a name', () => {
    expect(keyFor('Likes long, ok?', [])).toBe('model:reward-likes-long-ok');
    expect(keyFor('!!', [])).toBe('model:reward-model');
  });

  it('are never taken twice', () => {
    const first = keyFor('Pairs 1', []);
    const second = keyFor('Pairs 1', ['shipped', first]);
    expect(second).toBe('model:reward-pairs-1-2');
    expect(keyFor('Pairs 1', ['shipped', first, second])).toBe('model:reward-pairs-1-3');
  });
});

/** Nothing else holds a lock here. */
const locks = {
  request: (name: string, ...rest: unknown[]) =>
    (rest.at(-1) as (lock: object) => Promise<unknown>)({ name }),
};

describe('a model in the store', () => {
  beforeAll(() => vi.stubGlobal('navigator', { locks }));

  it('comes back as it was', async () => {
    const store = await openStore('models');
    await saveModel(store, 'model:reward-pairs-1', model);
    expect(await storedKeys(store)).toEqual(['model:reward-pairs-1']);
    expect(await loadModel(store, 'model:reward-pairs-1', rewardShape)).toEqual(model);
    store.close();
  });

  it('is refused, with a reason, where it is of another shape or none', async () => {
    const store = await openStore('other models');
    await saveModel(store, 'model:reward-a', model);
    await expect(loadModel(store, 'model:reward-a', { ...rewardShape, vocabulary: 5 })).rejects.toThrow(
      /weights.*another vocabulary.*left as it is/,
    );
    await expect(loadModel(store, 'model:reward-b', rewardShape)).rejects.toThrow(/not a reward model/);
    await store.saveCheckpoint('model:policy', { step: 0, parts: { parameters: model.weights }, meta: {} });
    expect(await storedKeys(store)).toEqual(['model:reward-a']);
    await expect(loadModel(store, 'model:policy', rewardShape)).rejects.toThrow(/not a reward model/);
    store.close();
  });
});
