import { useLab } from './state.ts';
import { text as shared } from '../../text/index.ts';
import { text } from './text.ts';
import { decimal, percent } from '../../views/format.ts';
import { ScoreTile } from '../../views/score-tile.tsx';

const words = text.score;

/** Where the run stands, in five numbers. */
export function Scoreboard() {
  const { slice, gated } = useLab();
  const evals = slice('evals');
  const metric = (name: string): { first: number; last: number } | null => {
    const [first, last] = [evals[0]?.metrics[name], evals.at(-1)?.metrics[name]];
    return first === undefined || last === undefined ? null : { first, last };
  };
  const heldOut = metric('eval/pass@1');
  const visible = metric('eval/visible_pass@1');
  const thinking = slice('steps').at(-1)?.metrics['rewards/thinking/mean'];
  const step = gated.value;
  const reward = slice('reward');
  const last = evals.at(-1)?.metrics;
  const [low, high] = [last?.['eval/pass@1/low'], last?.['eval/pass@1/high']];
  const interval =
    low === undefined || high === undefined ? undefined : words.interval(decimal(low), decimal(high));
  return (
    <section>
      <h2 class="visually-hidden">{words.heading}</h2>
      <dl class="scoreboard">
        <ScoreTile
          label={words.heldOut}
          about={words.heldOutAbout}
          value={heldOut ? decimal(heldOut.last) : words.empty}
          note={
            heldOut
              ? [evals.length > 1 && words.start(decimal(heldOut.first)), interval]
                  .filter(Boolean)
                  .join(' · ')
              : undefined
          }
          accent="held-out"
        />
        <ScoreTile
          label={words.visible}
          about={words.visibleAbout}
          value={visible ? decimal(visible.last) : words.empty}
          note={visible && evals.length > 1 ? words.start(decimal(visible.first)) : undefined}
          accent="visible"
        />
        <ScoreTile
          label={words.thinking}
          about={words.thinkingAbout}
          value={thinking === undefined ? words.empty : decimal(thinking)}
          note={words.thinkingBy(reward.name, shared.rewardModel.scaling[reward.scaling])}
          accent="thinking"
        />
        <ScoreTile
          label={words.withheld}
          about={words.withheldAbout}
          value={step ? percent(step.withheldShare) : words.empty}
        />
        <ScoreTile
          label={words.inversions}
          about={words.inversionsAbout}
          value={step ? String(step.inversions) : words.empty}
          note={step ? words.lifted(step.lifted) : undefined}
        />
      </dl>
    </section>
  );
}
