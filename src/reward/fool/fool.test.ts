import { describe, expect, it } from 'vitest';
import { Random } from '../../random.ts';
import { planOf, starterTasks } from '../../domains/code/starter/index.ts';
import { layOut, writeReasoning } from '../../domains/code/starter/reasoning.ts';
import { edit, EDIT_KINDS, editOnceOrTwice, MAX_SENTENCES } from './edits.ts';
import { judgePlan } from './judge.ts';
import { foolSearch, PATIENCE, type FoolPorts, type FoolProgress } from './search.ts';

const task = starterTasks().find(
  ({ id }) => planOf({ id }).edge !== null && planOf({ id }).steps.length > 2,
)!;
const plan = planOf(task);
const right = writeReasoning(plan, new Random(1, 0, 'right'));
const wrong = writeReasoning({ ...plan, edge: null }, new Random(1, 0, 'wrong'));

describe('judging a stated plan', () => {
  it('finds the full plan right and one without its edge rule partly wrong', () => {
    expect(judgePlan(task, right).share).toBe(1);
    const { share } = judgePlan(task, wrong);
    expect(share).toBeLessThan(1);
    expect(share).toBeGreaterThan(0);
  });

  it('passes over words that state nothing', () => {
    const sentences = [...right.replace(/\.$/, '').split(/\n|; /), 'this is right'];
    const said = judgePlan(
      task,
      layOut(
        sentences.map((s) => s.replace(/^- /, '')),
        'prose',
      ),
    );
    expect(said).toMatchObject({ share: 1, unread: 1 });
  });

  it('gives nothing for no plan and for contradicting edge rules', () => {
    expect(judgePlan(task, '').share).toBe(0);
    expect(judgePlan(task, 'this is right.').share).toBe(0);
    const says = plan.family.edge.says[0];
    expect(judgePlan(task, `${right}; ${says}, return 17; ${says}, return 18`).share).toBe(0);
  });
});

describe('edits', () => {
  const draws = Array.from({ length: 400 }, (_, i) => edit(right, plan, new Random(1, i, 'edits')));

  it('are of every kind, always change the text, and repeat with their seed', () => {
    const made = draws.filter((draw) => draw !== null);
    expect(new Set(made.flatMap(({ kinds }) => kinds))).toEqual(new Set(EDIT_KINDS));
    for (const { reasoning } of made) expect(reasoning).not.toBe(right);
    expect(edit(right, plan, new Random(1, 7, 'edits'))).toEqual(draws[7]);
  });

  it('come alone or in twos, and never undo each other', () => {
    const twice = Array.from({ length: 400 }, (_, i) =>
      editOnceOrTwice(right, plan, new Random(5, i, 'edits')),
    );
    const made = twice.filter((one) => one !== null);
    expect(new Set(made.map(({ kinds }) => kinds.length))).toEqual(new Set([1, 2]));
    for (const { reasoning } of made) expect(reasoning).not.toBe(right);
  });

  it('never grow a reasoning beyond its limit', () => {
    let reasoning = right;
    for (let i = 0; i < 300; i++)
      reasoning = edit(reasoning, plan, new Random(2, i, 'grow'))?.reasoning ?? reasoning;
    expect(judgePlan(task, reasoning).sentences).toBeLessThanOrEqual(MAX_SENTENCES);
  });
});

/** A judge that likes long texts, as a model trained without balance does. */
const ports = (score = (reasoning: string) => reasoning.length): FoolPorts => ({
  score: async (reasonings) => reasonings.map(score),
  propose: async (reasoning, { seed, round, place, count }) =>
    Array.from({ length: count }, (_, i) =>
      editOnceOrTwice(reasoning, plan, new Random(seed, round, `fool ${place} ${i}`)),
    )
      .filter((made) => made !== null)
      .map((made) => ({ ...made, judgement: judgePlan(task, made.reasoning) })),
});
const settings = { seed: 3, beam: 3, proposals: 6, rounds: 8 };
const start = { reasoning: wrong, judgement: judgePlan(task, wrong) };
const search = async (with_ = ports(), changed: Partial<typeof settings> = {}) => {
  const reports: FoolProgress[] = [];
  const result = await foolSearch(
    start,
    { ...settings, ...changed },
    with_,
    (progress) => reports.push(progress),
    new AbortController().signal,
  );
  return { result, reports };
};

describe('the search', () => {
  it('raises the score and never improves the plan', async () => {
    const { result } = await search();
    const { path, best } = result;
    expect(path[0]).toMatchObject({ kinds: [], reasoning: wrong });
    expect(path.at(-1)!.score).toBeGreaterThan(path[0]!.score);
    expect(path.at(-1)!.score).toBe(best.at(-1));
    for (const { judgement } of path) expect(judgement.share).toBeLessThanOrEqual(start.judgement.share);
    expect(best).toEqual([...best].sort((a, b) => a - b));
  });

  it('finds the same path again, and another with another seed', async () => {
    const [first, again, other] = [await search(), await search(), await search(ports(), { seed: 4 })];
    expect(again.result).toEqual(first.result);
    expect(other.result.path).not.toEqual(first.result.path);
  });

  it('gives up when nothing helps', async () => {
    const { result, reports } = await search(ports((reasoning) => (reasoning === wrong ? 1 : 0)));
    expect(result.round).toBe(PATIENCE);
    expect(result.path).toHaveLength(1);
    expect(reports).toHaveLength(PATIENCE + 1);
  });

  it('never takes a score that is no number', async () => {
    const { result } = await search(ports((reasoning) => (reasoning === wrong ? 0 : NaN)));
    expect(result.path).toHaveLength(1);
  });

  it('ends when it is told to', async () => {
    const abort = new AbortController();
    const reports: FoolProgress[] = [];
    const ended = foolSearch(
      start,
      settings,
      ports(),
      (progress) => {
        reports.push(progress);
        if (progress.round === 2) abort.abort();
      },
      abort.signal,
    );
    await expect(ended).rejects.toThrow(/abort/i);
    expect(reports).toHaveLength(3);
  });
});
