import { useRef } from 'preact/hooks';
import { useLab } from '../state.ts';
import { text as words } from './text.ts';
import type { Problem, TestDraft } from './state/draft.ts';
import { formatLiteral } from '../../../domains/code/literals/format-literal.ts';
import { harnessResult, lineOf, resultsByKey } from './state/results.ts';
import type { Language, TestResult } from '../../../sandbox/types.ts';
import { CodeEditor } from '../../../views/code-editor.tsx';
import { Icon, type IconName } from '../../../views/icons.tsx';
import { LineButton } from './line-button.tsx';
import './tests.css';

const LINE = /\s*\(line \d+\)$/;

interface ResultProps {
  readonly result: TestResult | undefined;
  readonly language: Language;
  readonly onLine: (line: number) => void;
}

function Result({ result, language, onLine }: ResultProps) {
  if (!result || result.status === 'not-run') return <span class="hint">{words.result['not-run']}</span>;
  const word = <b>{words.result[result.status]}</b>;
  if (result.error !== undefined) {
    const line = result.status === 'exception' ? lineOf(result.error) : null;
    if (result.status === 'wrong') return <>{result.error}</>;
    return (
      <>
        {word} <code>{line === null ? result.error : result.error.replace(LINE, '')}</code>{' '}
        <LineButton line={line} stale={false} onLine={onLine} />
      </>
    );
  }
  if (result.got === undefined || result.status === 'pass') return word;
  return (
    <>
      {word} {words.got} <code>{formatLiteral(result.got, language)}</code>
    </>
  );
}

interface RowProps {
  readonly test: TestDraft;
  readonly place: number;
  readonly result: TestResult | undefined;
  readonly problems: readonly Problem[];
  readonly onLine: (line: number) => void;
  readonly onRemove: () => void;
}

const iconOf = (status: TestResult['status']): IconName =>
  status === 'pass' ? 'pass' : status === 'not-run' ? 'none' : 'fail';

function Row({ test, place, result, problems, onLine, onRemove }: RowProps) {
  const { tryIt } = useLab();
  const { entry, language } = tryIt.state.value.draft;
  const id = `try-test-${test.key}`;
  const icon = result ? iconOf(result.status) : 'none';
  const wrong = (field: 'args' | 'expected') =>
    problems.find(
      (problem) => problem.kind === 'literal' && problem.field === field && problem.key === test.key,
    );
  const problem = wrong('args') ?? wrong('expected');
  const input = (field: 'args' | 'expected', label: string) => (
    <input
      id={`${id}-${field}`}
      type="text"
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      value={test[field]}
      aria-label={label}
      aria-invalid={wrong(field) !== undefined}
      aria-describedby={`${id}-result`}
      onInput={(event) => tryIt.editTest(test.key, { [field]: event.currentTarget.value })}
    />
  );
  return (
    <li class={`try-test ${icon}`}>
      <Icon name={icon} />
      <span class="try-call">
        <code>{entry}(</code>
        {input('args', words.argsLabel(place))}
        <code>)</code>
      </span>
      <span class="try-expected">
        <span class="hint" aria-hidden="true">
          {words.expected}
        </span>
        {input('expected', words.expectedLabel(place))}
      </span>
      <span class={`try-result ${problem ? 'invalid' : ''}`} id={`${id}-result`}>
        {problem?.kind === 'literal' ? (
          problem.reason
        ) : (
          <Result result={result} language={language} onLine={onLine} />
        )}
      </span>
      <span class="try-suite">
        {words.suite[test.suite]}
        {test.compare && <em>{words.comparison(test.compare)}</em>}
      </span>
      <button type="button" class="quiet" aria-label={words.removeTest(place)} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </li>
  );
}

interface Props {
  readonly problems: readonly Problem[];
  readonly onLine: (line: number) => void;
}

/** The calls that are made and what each must return, with what it did return. */
export function TryItTests({ problems, onLine }: Props) {
  const { tryIt } = useLab();
  const state = tryIt.state.value;
  const { tests, language, harness } = state.draft;
  const results = resultsByKey(state);
  const list = useRef<HTMLOListElement>(null);
  const focus = (place: number, selector: string): void =>
    queueMicrotask(() => list.current?.children[place]?.querySelector<HTMLElement>(selector)?.focus());
  return (
    <section class="try-tests" aria-label={words.tests}>
      <header>
        <h3 class="try-label">{words.tests}</h3>
        <p class="hint">
          {words.literals[language]} {language === 'python' && words.exactly}
        </p>
      </header>
      {tests.length > 0 && (
        <div class="try-test try-head" aria-hidden="true">
          <span />
          <span>{words.call}</span>
          <span>{words.expected}</span>
          <span>{words.resultHead}</span>
          <span />
          <span />
        </div>
      )}
      <ol ref={list}>
        {tests.map((test, i) => (
          <Row
            key={test.key}
            test={test}
            place={i + 1}
            result={results.get(test.key)}
            problems={problems}
            onLine={onLine}
            onRemove={() => {
              tryIt.removeTest(test.key);
              focus(Math.max(0, i - 1), 'button');
            }}
          />
        ))}
      </ol>
      {harness && (
        <div class={`try-check ${iconOf(harnessResult(state)?.status ?? 'not-run')}`}>
          <div class="try-label">
            <label for="try-check">{words.check}</label>
            <span class="try-result">
              <Result result={harnessResult(state)} language={language} onLine={onLine} />
            </span>
          </div>
          <CodeEditor
            id="try-check"
            value={harness.source}
            language="python"
            marked={[]}
            describedBy="try-check-about"
            onChange={(source) => tryIt.edit({ harness: { ...harness, source } })}
          />
          <p class="hint" id="try-check-about">
            {words.checkAbout}
          </p>
        </div>
      )}
      {tests.length === 0 && !harness && <p class="field-error">{words.noTests}</p>}
      <button
        type="button"
        class="try-add"
        onClick={() => {
          tryIt.addTest();
          focus(tests.length, 'input');
        }}
      >
        {words.addTest}
      </button>
    </section>
  );
}
