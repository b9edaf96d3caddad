import type { EditKind } from './edits.ts';
import type { PlanJudgement } from './judge.ts';

/**
 * Tries to fool the reward model: a beam search over edits of one reasoning for a higher score, among those whose
 * stated plan is no better than the one it began with. A beam of 1 is hill climbing. Same seed, same model: same path.
 */

export interface FoolSettings {
  readonly seed: number;
  /** Reasonings kept after each round. */
  readonly beam: number;
  /** Edits tried of each of them. */
  readonly proposals: number;
  readonly rounds: number;
}

/** Rounds without a better reasoning after which the search gives up. */
export const PATIENCE = 4;

export interface Proposal {
  readonly kinds: readonly EditKind[];
  readonly reasoning: string;
  readonly judgement: PlanJudgement;
}

/** A reasoning on the way; the first has no edits. */
export interface FoolStep {
  readonly kinds: readonly EditKind[];
  readonly reasoning: string;
  readonly judgement: PlanJudgement;
  /** Raw score. */
  readonly score: number;
}

export interface FoolPorts {
  /** Edits of the reasoning, at most `count`, drawn with (seed, round, place in the beam). */
  propose(
    reasoning: string,
    draw: { readonly seed: number; readonly round: number; readonly place: number; readonly count: number },
  ): Promise<readonly Proposal[]>;
  /** Raw scores of reasonings for the task at hand. */
  score(reasonings: readonly string[]): Promise<readonly number[]>;
}

export interface FoolProgress {
  readonly round: number;
  readonly rounds: number;
  /** Reasonings scored so far. */
  readonly scored: number;
  /** From the start to the best reasoning found so far. */
  readonly path: readonly FoolStep[];
  /** Best raw score after each round, the start included. */
  readonly best: readonly number[];
}

interface Node extends FoolStep {
  readonly parent: Node | null;
}

function pathTo(node: Node): FoolStep[] {
  const path: FoolStep[] = [];
  for (let at: Node | null = node; at; at = at.parent) {
    const { parent: _, ...step } = at;
    path.unshift(step);
  }
  return path;
}

/** Higher scores first; of equal ones the earlier, so that the order does not depend on sorting. */
const byScore = (a: Node, b: Node): number => b.score - a.score;

/** @throws AbortError when the signal fires; what was reported until then stands. */
export async function foolSearch(
  start: { readonly reasoning: string; readonly judgement: PlanJudgement },
  settings: FoolSettings,
  ports: FoolPorts,
  report: (progress: FoolProgress) => void,
  signal: AbortSignal,
): Promise<FoolProgress> {
  const { seed, beam, proposals, rounds } = settings;
  const [score] = await ports.score([start.reasoning]);
  let front: Node[] = [{ kinds: [], ...start, score: score!, parent: null }];
  const seen = new Set([start.reasoning]);
  const best = [score!];
  let scored = 1;
  let progress: FoolProgress = { round: 0, rounds, scored, path: pathTo(front[0]!), best: [...best] };
  report(progress);
  for (let round = 1, stuck = 0; round <= rounds && stuck < PATIENCE; round++) {
    signal.throwIfAborted();
    const children: (Proposal & { readonly parent: Node })[] = [];
    for (const [place, parent] of front.entries()) {
      const draw = { seed, round, place, count: proposals };
      for (const proposal of await ports.propose(parent.reasoning, draw)) {
        if (seen.has(proposal.reasoning) || proposal.judgement.share > start.judgement.share) continue;
        seen.add(proposal.reasoning);
        children.push({ ...proposal, parent });
      }
    }
    signal.throwIfAborted();
    const scores = await ports.score(children.map(({ reasoning }) => reasoning));
    scored += children.length;
    // A score that is no number can neither win nor be ranked.
    const nodes = children.map((child, i): Node => ({ ...child, score: scores[i]! }));
    const ranked = [...front, ...nodes.filter((node) => Number.isFinite(node.score))].sort(byScore);
    stuck = ranked[0]!.score > front[0]!.score ? 0 : stuck + 1;
    front = ranked.slice(0, beam);
    best.push(front[0]!.score);
    progress = { round, rounds, scored, path: pathTo(front[0]!), best: [...best] };
    report(progress);
  }
  return progress;
}
