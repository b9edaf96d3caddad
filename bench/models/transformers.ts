/** transformers.js as the peer: ONNX Runtime in a worker, with as many threads as it is given. */
import * as Comlink from 'comlink';
import type { TransformersApi } from './transformers-worker.ts';
import type { Engine, OpenRequest } from './types.ts';

export async function openTransformers({ threads }: OpenRequest): Promise<Engine> {
  const worker = new Worker(new URL('./transformers-worker.ts', import.meta.url), { type: 'module' });
  const failure = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) =>
      reject(new Error(`The worker of transformers.js stopped: ${message}`)),
    );
  });
  failure.catch(() => {});
  const api = Comlink.wrap<TransformersApi>(worker);
  return {
    about: await Promise.race([api.open(threads), failure]),
    warmUps: 1,
    generate: async ({ prompts, newTokens }) => ({
      completions: await Promise.race([
        api.generate(
          prompts.map(({ ids }) => ids),
          newTokens,
        ),
        failure,
      ]),
    }),
    async dispose() {
      await api.close();
      api[Comlink.releaseProxy]();
      worker.terminate();
    },
  };
}
