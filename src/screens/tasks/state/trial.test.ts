import { expect, it } from 'vitest';
import type { Task } from '../../../domains/domain.ts';
import type { KnownPolicy } from '../../../workspace/policies.ts';
import type { TriedSample, TryRequest } from '../../../workspace/try-policy.ts';
import { blank } from './fields.ts';
import { createTrial } from './trial.ts';

const task: Task = { id: 't', family: 'own', split: 'train', prompt: 'p' };
const imported: KnownPolicy = { place: 'import', id: 'model:import-1', name: 'Mine', trained: null };

function bench(policies: () => Promise<readonly KnownPolicy[]>) {
  const asked: Omit<TryRequest, 'device'>[] = [];
  let answer: (samples: readonly TriedSample[] | Error) => void = () => {};
  let begin = (): void => {};
  const trial = createTrial({
    policies,
    tryPolicy(request, begun, signal) {
      asked.push(request);
      begin = begun;
      return new Promise((resolve, reject) => {
        answer = (given) => (given instanceof Error ? reject(given) : resolve(given));
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    },
  });
  const go = () => trial.run('key', blank('code'), task);
  return {
    trial,
    asked,
    go,
    begin: () => begin(),
    answer: (given: readonly TriedSample[] | Error) => answer(given),
  };
}

it('asks the chosen policy, says that it waits, and draws other numbers the next time', async () => {
  const { trial, asked, go, begin, answer } = bench(async () => [{ place: 'site' }, imported]);
  await trial.refresh();
  trial.choose('model:import-1');
  trial.setSamples(4);
  const first = go();
  expect(trial.state.value.running).toBe('waiting');
  begin();
  expect(trial.state.value.running).toBe('running');
  answer([]);
  await first;
  expect(trial.state.value).toMatchObject({
    running: null,
    tried: { key: 'key', domain: 'code', task, samples: [] },
  });
  const second = go();
  answer([]);
  await second;
  expect(asked).toMatchObject([
    { policy: imported, samples: 4, seed: 0 },
    { policy: imported, samples: 4, seed: 1 },
  ]);
});

it('can be stopped without a word, and tells what went wrong', async () => {
  const { trial, go, answer } = bench(async () => [{ place: 'site' }]);
  const stopped = go();
  trial.stop();
  await stopped;
  expect(trial.state.value).toMatchObject({ running: null, tried: null, message: null });
  const failed = go();
  answer(new Error('The prompt has 900 tokens.'));
  await failed;
  expect(trial.state.value.message).toMatchObject({ kind: 'error', what: 'The prompt has 900 tokens.' });
});

it('falls back to the site’s policy when the chosen one is gone, or nothing is stored', async () => {
  let known: readonly KnownPolicy[] = [{ place: 'site' }, imported];
  const { trial } = bench(() =>
    known.length === 0 ? Promise.reject(new Error('refused')) : Promise.resolve(known),
  );
  await trial.refresh();
  trial.choose('model:import-1');
  known = [{ place: 'site' }];
  await trial.refresh();
  expect(trial.state.value.chosen).toBe('site');
  known = [];
  await trial.refresh();
  expect(trial.state.value.policies).toEqual([{ place: 'site' }]);
});
