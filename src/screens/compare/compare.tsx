import { useEffect } from 'preact/hooks';
import { Messages } from '../../app/frame/messages.tsx';
import { MessagesList } from '../../views/messages-list.tsx';
import { FaultsCard } from './faults-card.tsx';
import { Intro } from './intro.tsx';
import { ListPanel } from './list-panel.tsx';
import { PlanCard } from './plan-card.tsx';
import { ResultsPanel } from './results-panel.tsx';
import { RunPanel } from './run-panel.tsx';
import { useExperiments } from './state.ts';
import './compare.css';

/** Experiments: open one, see what it asks before it runs, run it, and look at what comes of it. */
export function CompareScreen() {
  const experiments = useExperiments();
  const { messages, faults } = experiments.state.value;
  const run = experiments.run.value;
  useEffect(() => void experiments.open(), [experiments]);
  return (
    <main class="screen">
      <div class="side">
        {run && <RunPanel run={run} />}
        <ListPanel />
      </div>
      <div class="stage" id="experiment" tabIndex={-1}>
        <Messages />
        <MessagesList messages={messages} onDismiss={experiments.dismiss} />
        {faults && <FaultsCard faults={faults} />}
        {run ? (
          <>
            <PlanCard key={run.id} run={run} />
            <ResultsPanel key={run.id} run={run} />
          </>
        ) : (
          <Intro />
        )}
      </div>
    </main>
  );
}
