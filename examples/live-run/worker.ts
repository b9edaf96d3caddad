/** Trains away from the page, and tells it of every step. */
import * as Comlink from 'comlink';
import { filesAt, maths, mathsTasks, readModelFiles, train, type TrainEvent } from 'posterior';

/** Both models have one vocabulary, beside their folders. */
const model = (models: string, name: string) =>
  readModelFiles((file) => filesAt(file === 'tokenizer.json' ? models : `${models}/${name}`)(file));

const api = {
  /** @param models address of the folder with the models */
  async run(models: string, steps: number, onEvent: (event: TrainEvent) => void): Promise<void> {
    const size = { promptsPerStep: 4, groupSize: 4, maxCompletionTokens: 64, evalTasks: 4, evalEvery: 0 };
    await train({
      domain: maths,
      tasks: await mathsTasks(),
      policy: await model(models, 'policy'),
      reasoning: await model(models, 'reward'),
      settings: { ...size, steps },
      onEvent,
    });
  },
};

export type RunApi = typeof api;

Comlink.expose(api);
