import type { BenchmarkRun } from './state/benchmark-run.ts';
import { tasksTitle } from './state/options.ts';
import type { Evaluation } from './state/stored.ts';
import { text } from './text.ts';
import './summary-card.css';

const words = text.run;

/** What a reader should know of one policy's evaluation; a sentence each. */
function remarksOf({ plan, failure }: Evaluation): string[] {
  const tooLong = plan?.tooLong.length ?? 0;
  return [
    ...(failure === null ? [] : [failure]),
    ...(plan && tooLong > 0 ? [text.notes.tooLong(tooLong, plan.settings.maxPromptTokens)] : []),
    ...(plan?.notes ?? []),
  ];
}

function Remarks({ evaluation }: { readonly evaluation: Evaluation }) {
  const remarks = remarksOf(evaluation);
  if (remarks.length === 0) return null;
  const { policy, failure } = evaluation;
  return (
    <div>
      <dt>{policy.name}</dt>
      <dd>
        {remarks.map((remark, i) => (
          <p key={i} class={failure !== null && i === 0 ? 'field-error' : 'hint'}>
            {remark}
          </p>
        ))}
      </dd>
    </div>
  );
}

/** What is evaluated on what, and what a reader should know of it. */
export function SummaryCard({ run }: { readonly run: BenchmarkRun }) {
  const { policies, tasks } = run.plan;
  const evaluations = run.evaluations.value;
  return (
    <section class="card benchmark-card benchmark-summary" aria-labelledby="benchmark-title">
      <h2 id="benchmark-title">
        {words.title(
          policies.map(({ name }) => name),
          tasksTitle(tasks.name),
        )}
      </h2>
      <p class="about number">{words.facts(run.plan)}</p>
      {evaluations.some((each) => remarksOf(each).length > 0) && (
        <dl>
          {evaluations.map((each) => (
            <Remarks key={each.policy.id} evaluation={each} />
          ))}
        </dl>
      )}
    </section>
  );
}
