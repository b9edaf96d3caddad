import { Random } from '../random.ts';
import { completionText } from '../domains/completion.ts';
import { demonstrate, referenceSolution, starterTasks } from '../domains/code/starter/index.ts';

const SEED = 1;
const TEXTS_PER_FAMILY = 1000;

/**
 * The text that the starter tokenizer is trained on, from training tasks alone: prompts with noisy
 * demonstrations (seed 1) and reference solutions in turn, the same number from each family, so that the words
 * of small families get their tokens too. To make `public/starter/tokenizer.json` again:
 * `JSON.stringify(trainTokenizer(starterCorpus()))`.
 */
export function starterCorpus(): string[] {
  const random = new Random(SEED, 0, 'tokenizer corpus');
  const train = starterTasks().filter((task) => task.split === 'train');
  const families = [...new Set(train.map((task) => task.family))];
  return families.flatMap((family) => {
    const tasks = train.filter((task) => task.family === family);
    return Array.from({ length: TEXTS_PER_FAMILY }, (_, i) => {
      const task = tasks[i % tasks.length]!;
      const { reasoning, program } = i % 2 === 0 ? demonstrate(task, random) : referenceSolution(task);
      return task.prompt + completionText(reasoning, program);
    });
  });
}
