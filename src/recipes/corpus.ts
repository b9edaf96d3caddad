import { Random } from '../random.ts';
import { completionText } from '../domains/completion.ts';
import { CODE_WORLD, type World } from './worlds.ts';

const SEED = 1;
const TEXTS_PER_FAMILY = 1000;

/**
 * The text that the starter tokenizer is trained on, from training tasks alone: prompts with noisy
 * demonstrations (seed 1) and reference solutions in turn, the same number from each family, so that the words
 * of small families get their tokens too. To make `public/starter/tokenizer.json` again:
 * `JSON.stringify(trainTokenizer(starterCorpus()))`.
 */
export function starterCorpus(world: World = CODE_WORLD): string[] {
  const random = new Random(SEED, 0, 'tokenizer corpus');
  const train = world.tasks().filter((task) => task.split === 'train');
  const families = [...new Set(train.map((task) => task.family))];
  return families.flatMap((family) => {
    const tasks = train.filter((task) => task.family === family);
    return Array.from({ length: TEXTS_PER_FAMILY }, (_, i) => {
      const task = tasks[i % tasks.length]!;
      const { reasoning, answer } = i % 2 === 0 ? world.demonstrate(task, random) : world.solve(task);
      return task.prompt + completionText(reasoning, answer);
    });
  });
}
