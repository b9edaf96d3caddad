import { useEffect } from 'preact/hooks';
import { Messages } from '../../app/frame/messages.tsx';
import { usePage } from '../../app/page.ts';
import { MessagesList } from '../../views/messages-list.tsx';
import { ExportPanel } from './export-panel.tsx';
import { FindPanel } from './find-panel.tsx';
import { HuntCard } from './hunt-card.tsx';
import { ListPanel } from './list-panel.tsx';
import { PinsCard } from './pins-card.tsx';
import { spot } from './place.ts';
import { RunPicker } from './run-picker.tsx';
import { useRollouts } from './state.ts';
import { StepBar } from './step-bar.tsx';
import { text } from './text.ts';
import './rollouts.css';

/** How often a run that may grow is asked for more steps. */
const REFRESH_MS = 2000;

/** In place of the completions where there are none. */
function Nothing() {
  const { goTo } = usePage();
  const { browser } = useRollouts();
  const { run: asked } = spot();
  const opening = browser.runs.value === null || (browser.run.value && browser.steps.value === null);
  if (opening) return <p class="card nothing">{text.run.opening}</p>;
  const unknown = asked !== '' && browser.run.value === null;
  return (
    <div class="card nothing">
      <p>
        <strong>{unknown ? text.run.unknown : text.run.none}</strong>
      </p>
      <p class="hint">{unknown ? text.run.unknownTodo : text.run.noneTodo}</p>
      <button type="button" onClick={() => goTo('lab')}>
        {text.run.toLab}
      </button>
    </div>
  );
}

/** Rollouts: every completion of every stored step, down to the token. */
export function RolloutsScreen() {
  const { browser } = useRollouts();
  useEffect(() => {
    void browser.open();
    const timer = setInterval(() => void browser.refresh(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [browser]);
  const hasSteps = (browser.steps.value?.numbers.length ?? 0) > 0;
  return (
    <main class="screen rollouts">
      <div class="side">
        <RunPicker />
        {hasSteps && <FindPanel />}
        {hasSteps && <ExportPanel />}
      </div>
      <div class="stage">
        <Messages />
        <MessagesList messages={browser.messages.value} onDismiss={browser.dismiss} />
        {hasSteps ? (
          <>
            <StepBar />
            <HuntCard />
            <PinsCard />
            <ListPanel />
          </>
        ) : (
          <Nothing />
        )}
      </div>
    </main>
  );
}
