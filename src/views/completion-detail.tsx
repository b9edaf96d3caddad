import { text } from '../app/messages.ts';
import type { Rollout } from '../rl/types.ts';
import type { Task } from '../domains/code/task.ts';
import { duration } from './format.ts';
import { Program } from './program.tsx';
import { TestChips } from './test-chips.tsx';

interface Props {
  readonly rollout: Rollout;
  readonly task: Task | undefined;
  readonly onTry: (rollout: Rollout) => void;
}

/** All of one completion: the task, the reasoning, the program and what the tests said. */
export function CompletionDetail({ rollout, task, onTry }: Props) {
  const { verdict } = rollout;
  const { completion: words } = text;
  return (
    <div class="detail">
      <section>
        <h4>{words.prompt}</h4>
        <Program source={task?.prompt ?? rollout.taskId} line={null} />
        <h4>{words.reasoning}</h4>
        {rollout.reasoning === null ? (
          <p class="missing">{words.noReasoning}</p>
        ) : (
          <p class="reasoning">{rollout.reasoning}</p>
        )}
        {rollout.agreement !== null && (
          <p class="hint">{rollout.agreement ? text.group.agree : text.group.disagree}</p>
        )}
      </section>
      <section>
        <div class="detail-head">
          <h4>{words.program}</h4>
          {rollout.program !== null && (
            <button type="button" class="link" onClick={() => onTry(rollout)}>
              {text.tryIt.open}
            </button>
          )}
        </div>
        {rollout.program === null ? (
          <>
            <p class="missing">{words.noProgram}</p>
            <h4>{words.raw}</h4>
            <pre class="code raw">{rollout.text}</pre>
          </>
        ) : (
          <Program source={rollout.program} line={verdict.error?.line ?? null} />
        )}
        {verdict.error && (
          <p class="error-line">
            <b>{verdict.error.type}</b>: {verdict.error.message}
            {verdict.error.line !== null && ` (${words.line(verdict.error.line)})`}
          </p>
        )}
      </section>
      <section class="tests">
        <h4>
          {words.tests}{' '}
          <small>
            {words.passed(verdict.passed, verdict.total)} · {words.time(duration(verdict.timeMs))}
          </small>
        </h4>
        <TestChips verdict={verdict} tests={task?.visibleTests ?? []} entry={task?.entry ?? ''} />
        {verdict.output !== '' && (
          <>
            <h4>{words.output}</h4>
            <pre class="code raw">{verdict.output}</pre>
          </>
        )}
      </section>
    </div>
  );
}
