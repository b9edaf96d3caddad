import { useState } from 'preact/hooks';
import { usePage } from '../app/page.ts';
import { code } from '../domains/code/index.ts';
import { strictChecks } from '../domains/code/show.ts';
import type { Verification } from '../domains/domain.ts';
import { messageOf } from '../errors.ts';
import type { Verdict } from '../sandbox/types.ts';
import { CodeEditor } from '../views/code-editor.tsx';
import { Maths } from '../views/maths.tsx';
import { Program } from '../views/program.tsx';
import { TestChips } from '../views/test-chips.tsx';
import type { Chapter, ChapterProps } from './chapter.ts';
import { Doing, Figure, Paragraphs } from './parts.tsx';
import { Prediction } from './prediction.tsx';
import type { RecordedTask } from './recording.ts';
import './tests.css';

const words = {
  title: 'Running tests',
  point: 'A program is judged by running it. But tests see only what somebody thought of.',
  before: [
    'The policy’s program runs in a sandbox, against tests that the task shows: the visible tests. All pass: the outcome reward R_o is 1. Any fails: it is 0. Nothing in between.',
    'Here is a program that the policy wrote while it was trained, with its visible tests.',
  ],
  visible: 'Visible tests: these decide R_o',
  heldOut: 'Held-out tests: the run never sees them',
  caption: 'Run once, and recorded. R_o is 1.',
  question:
    'It passes every visible test. Among the held-out tests is the case in which nothing is left to work on. What happens there?',
  options: {
    pass: 'It passes these too',
    wrong: 'It returns a wrong value',
    exception: 'It raises an error',
  },
  why: (failed: number, of: number) =>
    `${failed} of ${of} held-out tests fail. The task says what to return when nothing is left, and no visible test asks for it. A policy that is paid by the visible tests alone has no reason to write that line, and a run can even unlearn it: the score rises while the programs get worse.`,
  idea: 'So what could be rewarded besides the tests? The reasoning: a plan that names the empty case is a better plan, whatever the tests ask.',
  doing:
    'Fix the program and run it here, in the real sandbox. The first run loads a Python interpreter, which takes some seconds.',
  program: 'Program to run',
  run: 'Run all tests',
  running: 'Running…',
  all: 'All tests pass, the held-out ones too.',
  some: (passed: number, of: number) => `${passed} of ${of} tests pass.`,
  failed: (message: string) => `The sandbox could not run it: ${message} Nothing was lost; try again.`,
} as const;

type Outcome = keyof typeof words.options;

/** Every check of a strict verification: those of the visible tests, and the others. */
export const checksOf = (task: RecordedTask, { detail }: Verification) =>
  strictChecks(task, detail as Verdict);

/** How a program does on the tests that it never saw: by the first that fails. */
export function outcomeOf(task: RecordedTask, strict: Verification): Outcome {
  const failed = checksOf(task, strict).heldOut.find(({ tone }) => tone === 'fail');
  return failed === undefined ? 'pass' : failed.got?.kind === 'error' ? 'exception' : 'wrong';
}

type Ran = { readonly verification: Verification } | { readonly error: string };

function Workbench({ task, start }: { readonly task: RecordedTask; readonly start: string }) {
  const { workspace } = usePage();
  const [source, setSource] = useState(start);
  const [busy, setBusy] = useState(false);
  const [ran, setRan] = useState<Ran | null>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      const [verification] = await workspace.sandbox.use((sandbox) =>
        code.verifier({ sandbox, timeoutMs: 1000 }).verify([{ task, answer: source }], 'strict'),
      );
      setRan({ verification: verification! });
    } catch (error) {
      setRan({ error: words.failed(messageOf(error)) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <label class="field-name" for="lesson-program">
        {words.program}
      </label>
      <div class="short-editor">
        <CodeEditor
          id="lesson-program"
          describedBy="lesson-program-ran"
          value={source}
          language="python"
          marked={[]}
          onChange={setSource}
        />
      </div>
      <button type="button" disabled={busy} onClick={() => void run()}>
        {busy ? words.running : words.run}
      </button>
      <div role="status" id="lesson-program-ran">
        {ran !== null && 'error' in ran && <p class="field-error">{ran.error}</p>}
        {ran !== null && 'verification' in ran && (
          <>
            <p>
              {ran.verification.passes
                ? words.all
                : words.some(ran.verification.passed, ran.verification.total)}
            </p>
            <TestChips checks={Object.values(checksOf(task, ran.verification)).flat()} />
          </>
        )}
      </div>
    </>
  );
}

function View({ recording: { fooled } }: ChapterProps) {
  const { task, program, strict } = fooled;
  const { visible, heldOut } = checksOf(task, strict);
  return (
    <>
      <Paragraphs texts={words.before} />
      <Figure caption={words.caption}>
        <Program source={task.prompt} language="python" line={null} />
        <Program source={program} language="python" line={null} />
        <h3>
          <Maths text={words.visible} />
        </h3>
        <TestChips checks={visible} />
      </Figure>
      <Prediction
        id="tests"
        question={words.question}
        options={Object.entries(words.options).map(([value, label]) => ({ value, label }))}
        answer={outcomeOf(task, strict)}
      >
        <h3>{words.heldOut}</h3>
        <TestChips checks={heldOut} />
        <p>{words.why(heldOut.filter(({ tone }) => tone === 'fail').length, heldOut.length)}</p>
      </Prediction>
      <Paragraphs texts={[words.idea]} />
      <Doing what={words.doing}>
        <Workbench task={task} start={program} />
      </Doing>
    </>
  );
}

export const tests: Chapter = { id: 'tests', title: words.title, point: words.point, View };
