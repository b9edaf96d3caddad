/** Tasks of one's own, from nothing: a family, a small policy that imitates, and training that makes it right. */
import { defineDomain, evaluate, imitate, type ImitateOptions, type Task, train } from 'posterior';

interface WordTask extends Task {
  readonly last: string;
}

const letters = [...'abcdefghijklmnop'];
const tasks = letters.flatMap((first, i) =>
  letters.map((last, j): WordTask => {
    const id = `${first} ${letters[(i * j + 3) % 16]!} ${last}`;
    const split = (i + 3 * j) % 8 === 0 ? 'held-out' : 'train';
    return { id, family: 'last letter', split, prompt: `Last letter of ${id}?\n`, last };
  }),
);

interface Options {
  readonly steps?: number;
  readonly imitation?: Partial<ImitateOptions>;
}

const domain = defineDomain<WordTask>({
  name: 'words',
  check: ({ last }, answer) => answer.trim() === last,
  agreement: (_, reasoning, answer) => reasoning.endsWith(` ${answer.trim()}.`),
});

export async function ownTasks({ steps = 40, imitation = {} }: Options = {}) {
  const set = {
    train: tasks.filter((t) => t.split === 'train'),
    heldOut: tasks.filter((t) => t.split !== 'train'),
  };
  // Every second demonstration takes the first letter for the last: there is something to learn.
  const demonstrations = set.train.flatMap(({ id, prompt, last }) =>
    [last, id[0]!].map((letter) => ({ prompt, reasoning: `It ends in ${letter}.`, answer: letter })),
  );
  const start = await imitate({ demonstrations, steps: 300, ...imitation });
  const settings = {
    steps,
    promptsPerStep: 8,
    learningRate: 1e-3,
    maxPromptTokens: 32,
    maxCompletionTokens: 40,
  };
  const { policy, rollouts } = await train({ domain, tasks: set, policy: start, settings });
  const report = async (model: typeof policy) =>
    (await evaluate({ domain, tasks: set.heldOut, policy: model, samples: 4, maxCompletionTokens: 40 }))
      .report.all;
  return { before: await report(start), after: await report(policy), last: rollouts.at(-1)! };
}

export async function main(): Promise<void> {
  const { before, after, last } = await ownTasks();
  console.log(`held-out pass@1 ${before.strict[1]!.value.toFixed(3)} → ${after.strict[1]!.value.toFixed(3)}`);
  console.log(`the last completion, with reward ${last.reward}: ${last.text}`);
}
