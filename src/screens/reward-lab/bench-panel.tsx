import { text } from './text.ts';
import type { BenchSource } from './state/bench.ts';
import { BenchReport } from './bench-report.tsx';
import { useRewardLab } from './state.ts';
import './bench-panel.css';

const words = text.bench;
const KINDS = ['shipped', 'held-out', 'file'] as const satisfies readonly BenchSource['kind'][];

function Source() {
  const { bench } = useRewardLab();
  const { source, running } = bench.state.value;
  return (
    <div class="field bench-source">
      <label for="bench-source">{words.on}</label>
      <select
        id="bench-source"
        value={source.kind}
        disabled={running !== null}
        aria-describedby="bench-source-about"
        onChange={({ currentTarget: { value } }) => {
          if (value === 'shipped' || value === 'held-out') bench.setSource({ kind: value });
        }}
      >
        {KINDS.map((kind) => (
          <option key={kind} value={kind} disabled={kind === 'file' && source.kind !== 'file'}>
            {kind === 'file' && source.kind === 'file' ? source.file.name : words.source[kind]}
          </option>
        ))}
      </select>
      <p class="hint" id="bench-source-about">
        {words.sourceAbout[source.kind]}
      </p>
    </div>
  );
}

/** Runs the model against pairs that it never saw, and says where it is right. */
export function BenchPanel() {
  const { bench } = useRewardLab();
  const { running, results } = bench.state.value;
  const [newest, ...earlier] = results;
  return (
    <section class="bench-panel" aria-label={words.heading} aria-busy={running !== null}>
      <header>
        <h2>{words.heading}</h2>
        <p class="about">{words.about}</p>
      </header>
      <div class="card bench-body">
        <div class="bench-setup">
          <Source />
          <label class="file-button">
            {words.choose}
            <input
              type="file"
              accept=".jsonl,.json,application/jsonl"
              class="visually-hidden"
              disabled={running !== null}
              onChange={({ currentTarget }) => {
                const [file] = currentTarget.files ?? [];
                if (file) bench.setSource({ kind: 'file', file });
                currentTarget.value = '';
              }}
            />
          </label>
          {running ? (
            <button type="button" onClick={bench.stop}>
              {text.stop}
            </button>
          ) : (
            <button type="button" class="primary" onClick={() => void bench.run()}>
              {words.run}
            </button>
          )}
        </div>
        {running && (
          <div class="train-progress">
            <p class="number">
              {running.of === 0 ? words.reading : words.progress(running.done, running.of)}
            </p>
            <progress
              aria-label={words.heading}
              max={1}
              value={running.of === 0 ? undefined : running.done / running.of}
            />
          </div>
        )}
        {!newest && !running && <p class="hint bench-empty">{words.empty}</p>}
      </div>
      {newest && <BenchReport result={newest} earlier={earlier} />}
    </section>
  );
}
