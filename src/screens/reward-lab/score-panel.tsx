import { text as shared } from '../../text/index.ts';
import { text } from './text.ts';
import type { ScoreProblem, ScoreState } from './state/score.ts';
import type { SampleKind } from '../../../workers/study.ts';
import { decimal, percent, signed } from '../../views/format.ts';
import { Maths } from '../../views/maths.tsx';
import { Attribution } from './attribution.tsx';
import { TaskPicker } from './task-picker.tsx';
import { useRewardLab } from './state.ts';
import './score-panel.css';

const words = text.score;
const SAMPLES: readonly SampleKind[] = ['complete', 'forgetful', 'degraded'];

function problemText(problem: ScoreProblem): string {
  return problem.kind === 'too-long'
    ? words.problem['too-long'](problem.tokens, problem.most)
    : words.problem[problem.kind];
}

/** What the stated plan is worth; known for tasks of the starter world only. */
function PlanWord({ result }: { readonly result: NonNullable<ScoreState['result']> }) {
  const { judgement } = result;
  if (!judgement) return null;
  const { share, unread, sentences } = judgement;
  if (unread === sentences) return <p class="hint">{words.plan.none}</p>;
  return (
    <p class={share === 1 ? 'plan-right' : 'plan-wrong'}>
      {share === 1 ? words.plan.right : words.plan.wrong(percent(share))}
    </p>
  );
}

function Result() {
  const { desk, score } = useRewardLab();
  const { result, problem, busy } = score.state.value;
  const { scaling } = desk.state.value;
  if (problem) return <p class="field-error">{problemText(problem)}</p>;
  if (!result) return <p class="hint">{words.empty}</p>;
  const { attribution, tokens, reference } = result;
  const reward = desk.toReward(attribution.score, reference);
  return (
    <div class={`score-result ${busy ? 'stale' : ''}`}>
      <p role="status" class="visually-hidden">
        {words.spoken(signed(attribution.score), decimal(reward))}
      </p>
      <dl class="score-numbers">
        <div>
          <dt>{text.rawScore}</dt>
          <dd class="number" data-raw={attribution.score}>
            {signed(attribution.score)}
          </dd>
          <dd class="hint">{reference !== null && words.reference(signed(reference))}</dd>
        </div>
        <div class="reward">
          <dt>
            <Maths text={text.thinking} />
          </dt>
          <dd class="number">{decimal(reward)}</dd>
          <dd class="hint">{text.by(shared.rewardModel.scaling[scaling.kind])}</dd>
        </div>
      </dl>
      <span class="reward-meter" aria-hidden="true">
        <i style={{ width: `${reward * 100}%` }} />
      </span>
      <PlanWord result={result} />
      <p class="hint">{words.tokens(tokens)}</p>
    </div>
  );
}

/** A task and a reasoning to type in, scored at every change, down to the sentence. */
export function ScorePanel() {
  const { desk, score } = useRewardLab();
  const { taskId, prompt, reasoning, operation, result } = score.state.value;
  return (
    <section class="score-panel" aria-label={words.heading}>
      <header>
        <h2>{words.heading}</h2>
        <p class="about">{words.about}</p>
      </header>
      <div class="card score-body">
        <div class="score-input">
          <TaskPicker
            id="score"
            tasks={desk.state.value.tasks}
            taskId={taskId}
            own={words.ownTask}
            onChoose={(id) => void score.choose(id)}
          />
          <div class="field">
            <label for="score-prompt">{words.prompt}</label>
            <textarea
              id="score-prompt"
              class="code"
              rows={3}
              spellcheck={false}
              value={prompt}
              onInput={(event) => score.edit({ prompt: event.currentTarget.value })}
            />
          </div>
          <div class="field">
            <label for="score-reasoning">{words.reasoning}</label>
            <textarea
              id="score-reasoning"
              class="code"
              rows={6}
              spellcheck={false}
              value={reasoning}
              onInput={(event) => score.edit({ reasoning: event.currentTarget.value })}
            />
          </div>
          <div class="sample-buttons" role="group" aria-label={words.samples}>
            <span class="field-name">{words.samples}</span>
            {SAMPLES.map((kind) => (
              <button
                key={kind}
                type="button"
                disabled={taskId === null}
                onClick={() => void score.write(kind)}
              >
                {words.sample[kind]}
              </button>
            ))}
            <button type="button" onClick={() => void score.another()}>
              {text.anotherTask}
            </button>
          </div>
          <p class="hint degraded-by">{operation !== null && words.degradedBy(operation)}</p>
        </div>
        <section class="score-output" aria-label={words.result}>
          <h3>{words.result}</h3>
          <Result />
        </section>
        {result && <Attribution result={result} />}
      </div>
    </section>
  );
}
