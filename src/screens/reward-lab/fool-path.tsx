import { usePage } from '../../app/page.ts';
import { text } from './text.ts';
import { diffWords } from '../../views/diff.ts';
import type { FoolStep } from '../../reward/fool/search.ts';
import { DiffText } from '../../views/diff-text.tsx';
import { decimal, percent, signed } from '../../views/format.ts';
import { Maths } from '../../views/maths.tsx';
import { ID } from './place.ts';
import { useRewardLab } from './state.ts';
import './fool-path.css';

const words = text.fool;

interface Props {
  readonly path: readonly FoolStep[];
  readonly taskId: string;
  readonly toReward: (raw: number) => number;
}

/** Every edit on the way from the start to the best reasoning, with its score and what the plan is worth. */
export function FoolPath({ path, taskId, toReward }: Props) {
  const { score } = useRewardLab();
  const { goTo } = usePage();
  const look = async (reasoning: string): Promise<void> => {
    await score.choose(taskId);
    score.edit({ reasoning });
    goTo(ID, { tab: 'score' });
  };
  return (
    <section class="card fool-path" aria-label={words.path}>
      <h3>{words.path}</h3>
      <p class="about">{words.pathAbout}</p>
      <ol>
        {path.map(({ kinds, reasoning, judgement, score: raw }, i) => {
          const before = path[i - 1];
          const parts = before
            ? diffWords(before.reasoning, reasoning).right
            : [{ text: reasoning, own: false }];
          return (
            <li key={i}>
              <p class="fool-kind">
                {kinds.length === 0 ? words.startStep : kinds.map((kind) => words.edit[kind]).join(', ')}
              </p>
              <DiffText parts={parts} />
              <p class="fool-score">
                <b class="number">{signed(raw)}</b>
                <span class="number hint">
                  <Maths text={`${text.thinking} ${decimal(toReward(raw))}`} />
                </span>
                <span class={judgement.share === 1 ? 'plan-right' : 'plan-wrong'}>
                  {words.plan} {judgement.share === 1 ? words.right : words.wrong(percent(judgement.share))}
                </span>
              </p>
            </li>
          );
        })}
      </ol>
      <button type="button" onClick={() => void look(path.at(-1)!.reasoning)}>
        {words.show}
      </button>
    </section>
  );
}
