import { useRef } from 'preact/hooks';
import { useLab } from '../state.ts';
import { text as words } from './text.ts';
import { check } from './state/draft.ts';
import { lineRange } from '../../../views/editing.ts';
import { markedLines } from './state/results.ts';
import { TRY_IT_ID } from './state/reveal.ts';
import { keyName } from '../../../app/commands.ts';
import { commands } from '../commands.ts';
import { CodeEditor } from '../../../views/code-editor.tsx';
import { TryItOutcome } from './outcome.tsx';
import { TryItSetup } from './setup.tsx';
import { TryItTests } from './tests.tsx';
import './panel.css';

/** A program to edit and run in the real sandbox, beside the run and without any effect on it. */
export function TryItPanel() {
  const { tryIt, slice } = useLab();
  const state = tryIt.state.value;
  const { draft, replaced } = state;
  const checked = check(draft, '');
  const problems = checked.ok ? [] : checked.problems;
  const field = useRef<HTMLTextAreaElement>(null);
  const goTo = (line: number): void => {
    const { from, to } = lineRange(draft.program, line);
    field.current?.focus();
    field.current?.setSelectionRange(from, to);
  };
  return (
    <section class="try-it" id={TRY_IT_ID} tabIndex={-1} aria-label={words.heading}>
      <header>
        <h2>{words.heading}</h2>
        <p class="hint">
          {words.about} {slice('source') === 'demonstration' && words.demo}
        </p>
      </header>
      <div class="card try-body">
        <TryItSetup problems={problems} />
        <div class="try-main">
          <div class="try-program">
            <div class="try-label">
              <label for="try-program">{words.program}</label>
              {replaced && (
                <span class="hint">
                  {words.replaced}{' '}
                  <button type="button" class="link" onClick={tryIt.bringBack}>
                    {words.bringBack}
                  </button>
                </span>
              )}
            </div>
            <CodeEditor
              id="try-program"
              value={draft.program}
              language={draft.language}
              marked={markedLines(state)}
              describedBy="try-program-keys"
              field={field}
              onChange={(program) => tryIt.edit({ program })}
            />
            <p class="hint" id="try-program-keys">
              {words.programKeys(keyName(commands.tryRun.keys[0]))}
            </p>
          </div>
          <TryItOutcome problems={problems.length} onLine={goTo} />
        </div>
        <TryItTests problems={problems} onLine={goTo} />
      </div>
    </section>
  );
}
