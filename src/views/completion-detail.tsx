import { text } from '../text/index.ts';
import type { Rollout } from '../rl/types.ts';
import type { Domain, Task } from '../domains/domain.ts';
import { duration } from './format.ts';
import { Program } from './program.tsx';
import { TestChips } from './test-chips.tsx';
import './completion-detail.css';

interface Props {
  readonly rollout: Pick<
    Rollout,
    'taskId' | 'prompt' | 'text' | 'reasoning' | 'answer' | 'agreement' | 'verification'
  >;
  readonly task: Task | undefined;
  readonly domain: Domain;
  /** Absent where a program cannot be tried. */
  readonly onTry?: (() => void) | undefined;
}

/** All of one completion: the task, the reasoning, the answer and what its checks said. */
export function CompletionDetail({ rollout, task, domain, onTry }: Props) {
  const { verification, answer } = rollout;
  const { error, line, checks, output, timeMs } = domain.show(verification, task);
  const { completion: words } = text;
  const language = domain.languageOf(task);
  return (
    <div class="detail">
      <section>
        <h4>{words.prompt}</h4>
        <Program source={task?.prompt ?? rollout.taskId} language={language} line={null} />
        {rollout.prompt !== undefined && (
          <details class="asked">
            <summary>{words.asked}</summary>
            <pre class="code raw">{rollout.prompt}</pre>
          </details>
        )}
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
          <h4>{domain.words.answer}</h4>
          {answer !== null && onTry && (
            <button type="button" class="link" onClick={onTry}>
              {words.tryIt}
            </button>
          )}
        </div>
        {answer === null ? (
          <>
            <p class="missing">{domain.words.noAnswer}</p>
            <h4>{words.raw}</h4>
            <pre class="code raw">{rollout.text}</pre>
          </>
        ) : (
          <Program source={answer} language={language} line={line} />
        )}
        {error && (
          <p class="error-line">
            <b>{error.type}</b>: {error.message}
            {line !== null && ` (${words.line(line)})`}
          </p>
        )}
      </section>
      <section class="tests">
        <h4>
          {domain.words.checks}{' '}
          <small>
            {words.passed(verification.passed, verification.total)}
            {timeMs !== null && ` · ${words.time(duration(timeMs))}`}
          </small>
        </h4>
        <TestChips checks={checks} />
        {output !== '' && (
          <>
            <h4>{words.output}</h4>
            <pre class="code raw">{output}</pre>
          </>
        )}
      </section>
    </div>
  );
}
