/** Worked solutions of tasks as a policy should write them, for supervised fine-tuning. */
import { formText } from '../domains/completion.ts';
import type { Domain, Task } from '../domains/domain.ts';
import type { Prompting } from '../domains/prompting.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import { THINK_OPEN } from '../model/tokenizer/special-tokens.ts';
import type { SupervisedExample } from '../rl/policy.ts';

export interface DemonstrationMaterial<T extends Task = Task> {
  readonly domain: Pick<Domain<T>, 'solution'>;
  readonly prompting: Pick<Prompting<T>, 'promptOf'>;
  readonly tokenizer: Pick<Tokenizer, 'encode'>;
  /** Ends a completion. */
  readonly endId: number;
  readonly maxPromptTokens: number;
  readonly maxCompletionTokens: number;
}

export interface Demonstrations {
  readonly examples: readonly SupervisedExample[];
  /** Tasks that no worked solution is known of. */
  readonly unsolved: number;
  /** Tasks whose prompt or solution has more tokens than there is room for. */
  readonly tooLong: number;
}

/** One example for each task that has a worked solution which fits: the prompt, and the solution in the form that is asked for. */
export function demonstrationsOf<T extends Task>(
  tasks: readonly T[],
  { domain, prompting, tokenizer, endId, maxPromptTokens, maxCompletionTokens }: DemonstrationMaterial<T>,
): Demonstrations {
  const examples: SupervisedExample[] = [];
  let [unsolved, tooLong] = [0, 0];
  for (const task of tasks) {
    const solution = domain.solution?.(task) ?? null;
    if (solution === null) {
      unsolved++;
      continue;
    }
    const prompt = prompting.promptOf(task);
    const text = formText(solution.reasoning, solution.answer);
    // The prompt may open the reasoning itself.
    const rest = prompt.endsWith(THINK_OPEN) ? text.slice(THINK_OPEN.length) : text;
    const example = { prompt: tokenizer.encode(prompt), completion: [...tokenizer.encode(rest), endId] };
    if (example.prompt.length > maxPromptTokens || example.completion.length > maxCompletionTokens) tooLong++;
    else examples.push(example);
  }
  return { examples, unsolved, tooLong };
}
