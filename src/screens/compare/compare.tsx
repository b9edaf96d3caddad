import { useEffect } from 'preact/hooks';
import { Messages } from '../../app/frame/messages.tsx';
import { MessagesList } from '../../views/messages-list.tsx';
import { ComparisonPanel } from './comparison-panel.tsx';
import { ExperimentResults } from './experiment-results.tsx';
import { FaultsCard } from './faults-card.tsx';
import { Intro } from './intro.tsx';
import { ListPanel } from './list-panel.tsx';
import { PlanCard } from './plan-card.tsx';
import { RunPanel } from './run-panel.tsx';
import { RunsPanel } from './runs-panel.tsx';
import { useChosenRuns, useExperiments } from './state.ts';
import { text } from './text.ts';
import './compare.css';

/** What is on view: results that were opened, runs that were chosen, an experiment, or how to begin. */
function Stage() {
  const experiments = useExperiments();
  const chosen = useChosenRuns();
  const { results } = experiments.state.value;
  const run = experiments.run.value;
  if (results) return <ComparisonPanel comparison={results} runs={[]} />;
  if (chosen.chosen.value.length > 0) {
    const comparison = chosen.comparison.value;
    return comparison ? (
      <ComparisonPanel comparison={comparison} runs={chosen.runs.value} />
    ) : (
      <p class="hint results-empty">{text.runs.more}</p>
    );
  }
  if (!run) return <Intro />;
  return (
    <>
      <PlanCard key={run.id} run={run} />
      <ExperimentResults key={run.id} run={run} />
    </>
  );
}

/** Compare: experiments, which are planned, run and looked at here, and runs of the Lab side by side. */
export function CompareScreen() {
  const experiments = useExperiments();
  const chosen = useChosenRuns();
  const { messages, faults, results } = experiments.state.value;
  const run = experiments.run.value;
  useEffect(() => void experiments.open(), [experiments]);
  return (
    <main class="screen">
      <div class="side">
        {run && !results && chosen.chosen.value.length === 0 && <RunPanel run={run} />}
        <ListPanel />
        <RunsPanel />
      </div>
      <div class="stage" id="experiment" tabIndex={-1}>
        <Messages />
        <MessagesList
          messages={[...messages, ...chosen.messages.value]}
          onDismiss={(id) => {
            experiments.dismiss(id);
            chosen.dismiss(id);
          }}
        />
        {faults && <FaultsCard faults={faults} />}
        <Stage />
      </div>
    </main>
  );
}
