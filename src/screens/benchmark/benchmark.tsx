import { useEffect } from 'preact/hooks';
import { Messages } from '../../app/frame/messages.tsx';
import { MessagesList } from '../../views/messages-list.tsx';
import { Downloads } from './downloads.tsx';
import { FormCard } from './form-card.tsx';
import { Intro } from './intro.tsx';
import { KeptPanel } from './kept-panel.tsx';
import { MatrixCard } from './matrix-card.tsx';
import { PairCard } from './pair-card.tsx';
import { FamiliesCard, ResultsCard } from './results-card.tsx';
import { RunPanel } from './run-panel.tsx';
import { SamplesCard } from './samples-card.tsx';
import { useBenchmarks } from './state.ts';
import type { BenchmarkRun } from './state/benchmark-run.ts';
import { isWhole } from './state/stored.ts';
import { SummaryCard } from './summary-card.tsx';
import { text } from './text.ts';
import './benchmark.css';

function Results({ run }: { readonly run: BenchmarkRun }) {
  const { looking } = useBenchmarks();
  const some = looking.results.value.some((result) => result !== null);
  return (
    <>
      <SummaryCard run={run} />
      {some ? (
        <>
          <ResultsCard run={run} />
          {run.plan.policies.length > 1 && <PairCard run={run} />}
          <FamiliesCard run={run} />
          <MatrixCard run={run} />
          <SamplesCard run={run} />
          {run.evaluations.value.some(isWhole) && <Downloads run={run} />}
        </>
      ) : (
        <p class="hint benchmark-empty">{text.results.empty}</p>
      )}
    </>
  );
}

/** Benchmark: how often policies solve tasks, side by side and task by task. */
export function BenchmarkScreen() {
  const benchmarks = useBenchmarks();
  const { messages } = benchmarks.state.value;
  const run = benchmarks.run.value;
  useEffect(() => void benchmarks.open(), [benchmarks]);
  return (
    <main class="screen benchmark">
      <div class="side">
        {run && <RunPanel run={run} />}
        <FormCard />
        <KeptPanel />
      </div>
      <div class="stage" id="benchmark" tabIndex={-1}>
        <Messages />
        <MessagesList messages={messages} onDismiss={benchmarks.dismiss} />
        {run ? <Results key={run.id} run={run} /> : <Intro />}
      </div>
    </main>
  );
}
