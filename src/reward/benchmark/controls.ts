/**
 * Controls of a benchmark: how far one gets without reading the task. What a model has above them is what its reading is
 * worth.
 */
import { FAMILIES, familyNamed } from '../../domains/code/starter/families/index.ts';
import { readReasoning } from '../../domains/code/starter/reasoning.ts';
import { checkScores } from '../../rl/scaling.ts';
import { type ScoredPair, type Share, shareBy, sharesOf, type Verdict, verdictsOf } from '../accuracy.ts';
import type { ImportedPair } from '../pairs/types.ts';

export interface Control extends Share {
  /** What it is and what it says, in plain words. */
  readonly about: string;
  readonly ties: number;
  readonly byDimension: Readonly<Record<string, Share>>;
}

const PROMPT_FREE =
  'A rule that never reads the task: it prefers the text in which every sentence is a step of the starter world, then the one ' +
  'that says “if”; where both are alike it is half right. What it gets right can be had without knowing what was asked.';
const WRONG_PROMPT =
  'The same model, with both texts under another task of the same family, for which neither is right. What it still gets ' +
  'right is told by the texts alone; what it loses is the worth of reading the task.';

function controlOf(about: string, verdicts: readonly Verdict[], ties: number): Control {
  const share = sharesOf(verdicts);
  const byDimension = shareBy(verdicts, share, ({ dimension }) => dimension);
  return { about, ...share(verdicts), ties, byDimension };
}

/** Whether every sentence is a step of the family; of any family where a pair names none. */
function isReadable(reasoning: string, family: string | undefined): boolean {
  const named = family === undefined ? undefined : familyNamed(family);
  return (named ? [named] : FAMILIES).some((one) => readReasoning(one, reasoning) !== null);
}

const namesEdgeCase = (reasoning: string): boolean => /\bif\b/.test(reasoning);

/** The rule's score of a reasoning, 0 to 3; it knows no prompt. */
export const promptFreeScore = (reasoning: string, family?: string): number =>
  2 * Number(isReadable(reasoning, family)) + Number(namesEdgeCase(reasoning));

/** The rule decides by the text alone; where it sees no difference it guesses, so that a tie is half right. */
export function promptFreeControl(pairs: readonly ImportedPair[]): Control {
  const verdicts = pairs.map((pair): Verdict => {
    const { chosen, rejected, family } = pair;
    const lead = promptFreeScore(chosen, family) - promptFreeScore(rejected, family);
    return { pair, credit: (Math.sign(lead) + 1) / 2 };
  });
  return controlOf(PROMPT_FREE, verdicts, verdicts.filter(({ credit }) => credit === 0.5).length);
}

/** @throws RewardScoreError for a score that is not finite */
export function wrongPromptControl(scored: readonly ScoredPair[]): Control {
  checkScores(
    scored.flatMap(({ chosen, rejected }) => [chosen.score, rejected.score]),
    (i) => `a text of pair ${Math.floor(i / 2) + 1} under a wrong prompt`,
  );
  return controlOf(
    WRONG_PROMPT,
    verdictsOf(scored),
    scored.filter(({ chosen, rejected }) => chosen.score === rejected.score).length,
  );
}
