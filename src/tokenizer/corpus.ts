import { Random } from '../random.ts';
import { completionText } from '../tasks/format.ts';
import { demonstrate, referenceSolution, starterTasks } from '../tasks/index.ts';

const SEED = 1;
const DEMONSTRATIONS = 2;

/**
 * The text that the starter tokenizer is trained on, from training tasks alone: each prompt with two noisy
 * demonstrations (seed 1) and the reference solution. To make `public/starter/tokenizer.json` again:
 * `JSON.stringify(trainTokenizer(starterCorpus()))`.
 */
export function starterCorpus(): string[] {
  const random = new Random(SEED, 0, 'tokenizer corpus');
  return starterTasks()
    .filter((task) => task.split === 'train')
    .flatMap((task) =>
      [
        ...Array.from({ length: DEMONSTRATIONS }, () => demonstrate(task, random)),
        referenceSolution(task),
      ].map((d) => task.prompt + completionText(d.reasoning, d.program)),
    );
}
