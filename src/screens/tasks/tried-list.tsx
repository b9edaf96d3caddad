import type { CodeTask } from '../../domains/code/task.ts';
import { strictChecks } from '../../domains/code/show.ts';
import type { ShownCheck } from '../../domains/domain.ts';
import { domainOf } from '../../domains/index.ts';
import type { Verdict } from '../../sandbox/types.ts';
import { Icon } from '../../views/icons.tsx';
import { Program } from '../../views/program.tsx';
import { TestChips } from '../../views/test-chips.tsx';
import { VerdictWord } from '../../views/verdict-word.tsx';
import type { TriedSample } from '../../workspace/try-policy.ts';
import type { Tried } from './state/trial.ts';
import { text } from './text.ts';
import './tried-list.css';

const words = text.trial;

type Suites = readonly (readonly [heading: string, checks: readonly ShownCheck[]])[];

/** Every check of both suites, under what they are called. */
function suitesOf({ domain, task }: Tried, { verification }: TriedSample): Suites {
  const of = domainOf({ domain });
  if (domain === 'maths') return [[of.words.checks, of.show(verification, task).checks]];
  const { visible, heldOut } = strictChecks(task as CodeTask, verification.detail as Verdict);
  return [
    [text.task.field.visible, visible],
    [text.task.field.heldOut, heldOut],
  ];
}

function Sample({
  tried,
  sample,
  at,
}: {
  readonly tried: Tried;
  readonly sample: TriedSample;
  readonly at: number;
}) {
  const domain = domainOf(tried);
  const { verification, answer, reasoning, length, truncated } = sample;
  const { outcome, line, error } = domain.show(verification, tried.task);
  const visibleOnly = verification.passesVisible && !verification.passes;
  return (
    <li>
      <details class="tried">
        <summary>
          <span class="hint number">{words.sample(at)}</span>
          <VerdictWord outcome={outcome} weak={verification.weak} />
          {visibleOnly && <span class="badge">{words.visibleOnly}</span>}
          {truncated && <span class="badge">{words.truncated}</span>}
          <span class="hint number tried-length">{words.length(length)}</span>
          <Icon name="chevron" />
        </summary>
        <div class="tried-body">
          <div>
            {reasoning !== null && (
              <>
                <h3>{words.reasoning}</h3>
                <p class="tried-reasoning">{reasoning}</p>
              </>
            )}
            <h3>{answer === null ? words.raw : domain.words.answer}</h3>
            {answer === null ? (
              <>
                <p class="hint">{domain.words.noAnswer}</p>
                <pre class="code raw">{sample.text}</pre>
              </>
            ) : (
              <Program source={answer} language={domain.languageOf(tried.task)} line={line} />
            )}
            {error && (
              <p class="field-error">
                <b>{error.type}</b>: {error.message}
              </p>
            )}
          </div>
          <div>
            {suitesOf(tried, sample).map(
              ([heading, checks]) =>
                checks.length > 0 && (
                  <section key={heading}>
                    <h3>{heading}</h3>
                    <TestChips checks={checks} />
                  </section>
                ),
            )}
          </div>
        </div>
      </details>
    </li>
  );
}

/** Every sample, with its program and what became of each test. */
export function TriedList({ tried }: { readonly tried: Tried }) {
  return (
    <ol class="tried-list">
      {tried.samples.map((sample, i) => (
        <Sample key={i} tried={tried} sample={sample} at={i + 1} />
      ))}
    </ol>
  );
}
