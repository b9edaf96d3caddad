/** Trains away from the page, and tells it of every step. */
import { filesAt, maths, mathsTasks, readModelFiles, train, type TrainEvent } from 'posterior';

/** What the page asks for. */
export interface Start {
  readonly steps: number;
  /** Address of the folder with the models. */
  readonly models: string;
}

/** What it hears. */
export type Told =
  TrainEvent | { readonly type: 'done' } | { readonly type: 'failed'; readonly message: string };

const tell = (told: Told): void => self.postMessage(told);

/** Both models have one vocabulary, beside their folders. */
const model = (models: string, name: string) =>
  readModelFiles((file) => filesAt(file === 'tokenizer.json' ? models : `${models}/${name}`)(file));

self.onmessage = async ({ data: { steps, models } }: MessageEvent<Start>) => {
  try {
    await train({
      domain: maths,
      tasks: await mathsTasks(),
      policy: await model(models, 'policy'),
      reasoning: await model(models, 'reward'),
      settings: {
        steps,
        promptsPerStep: 4,
        groupSize: 4,
        maxCompletionTokens: 64,
        evalTasks: 4,
        evalEvery: 0,
      },
      onEvent: tell,
    });
    tell({ type: 'done' });
  } catch (error) {
    tell({ type: 'failed', message: String(error) });
  }
};
