import { useMemo } from 'preact/hooks';
import { rangeText } from './range.ts';
import { text } from './text.ts';
import type { BenchResult } from './state/bench.ts';
import { scatterPoints } from './state/scatter.ts';
import type { Share } from '../../reward/accuracy.ts';
import type { BenchmarkReport } from '../../reward/benchmark/evaluate.ts';
import { type Dimension, DIMENSIONS } from '../../reward/pairs/types.ts';
import type { CalibrationBin } from '../../statistics/association.ts';
import { CalibrationPlot } from '../../views/calibration-plot.tsx';
import { compact, decimal, duration, percent, signed } from '../../views/format.ts';
import { ScatterPlot } from '../../views/scatter-plot.tsx';
import { ScoreTile } from '../../views/score-tile.tsx';
import './bench-report.css';
import '../../views/legend.css';

const words = text.bench;

interface Slice {
  readonly name: string;
  readonly share: Share;
}
interface SliceGroup {
  readonly name: string;
  readonly slices: readonly Slice[];
}

const slicesOf = (by: Readonly<Record<string, Share>>, named = (name: string) => name): Slice[] =>
  Object.entries(by)
    .map(([name, share]) => ({ name: named(name), share }))
    .sort((a, b) => a.name.localeCompare(b.name));

function groupsOf(report: BenchmarkReport): SliceGroup[] {
  const dimensions = DIMENSIONS.flatMap((dimension): Slice[] => {
    const share = report.byDimension[dimension];
    return share ? [{ name: text.dimension[dimension], share }] : [];
  });
  const lengths = report.byLength.flatMap(({ from, to, share }): Slice[] =>
    share ? [{ name: words.longer(from, to), share }] : [],
  );
  return [
    { name: words.by.dimension, slices: dimensions },
    { name: words.by.length, slices: lengths },
    { name: words.by.family, slices: slicesOf(report.byFamily) },
    { name: words.by.operation, slices: slicesOf(report.byOperation, (name) => name.replaceAll('-', ' ')) },
    { name: words.by.subset, slices: slicesOf(report.bySubset) },
  ].filter(({ slices }) => slices.length > 0);
}

/** The share and its interval on a line from 0 to 1; chance is marked. */
function ShareBar({ share: { accuracy, interval } }: { readonly share: Share }) {
  return (
    <span class="share-bar" aria-hidden="true">
      {interval && (
        <i
          class="range"
          style={{ left: percentCss(interval.low), width: percentCss(interval.high - interval.low) }}
        />
      )}
      <i class="at" style={{ left: percentCss(accuracy) }} />
    </span>
  );
}
const percentCss = (share: number): string => `${share * 100}%`;

function SliceTable({ groups }: { readonly groups: readonly SliceGroup[] }) {
  return (
    <div class="card slice-card">
      <h3>{words.slices}</h3>
      <table class="slices">
        <thead>
          <tr>
            <th scope="col">{words.slice}</th>
            <th scope="col">{words.share}</th>
            <th scope="col">{words.intervalColumn}</th>
            <th scope="col">{words.count}</th>
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.name}>
            <tr class="group">
              <th scope="rowgroup" colSpan={4}>
                {group.name}
              </th>
            </tr>
            {group.slices.map(({ name, share }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="number">
                  <ShareBar share={share} /> {percent(share.accuracy)}
                </td>
                <td class="number">{rangeText(share.interval)}</td>
                <td class="number">{share.pairs}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

/** Of these pairs only the prompt tells which side is right. */
const FACTUAL: Dimension = 'factual accuracy';

const shareNote = ({ interval, pairs }: Share): string =>
  `${words.interval(rangeText(interval))}, ${words.pairs(pairs)}`;

type Figure = Pick<BenchmarkReport, keyof Share | 'byDimension'>;

/** On factual pairs, where there are any, before all pairs. */
function Headline({ of }: { readonly of: Figure }) {
  const factual = of.byDimension[FACTUAL];
  return (
    <>
      {factual && (
        <>
          {words.factual} <b>{percent(factual.accuracy)}</b> {words.interval(rangeText(factual.interval))}
          ;{' '}
        </>
      )}
      {words.all} <b>{percent(of.accuracy)}</b> {words.interval(rangeText(of.interval))}
    </>
  );
}

interface ControlRow {
  readonly name: string;
  readonly about: string;
  readonly figure: Figure | null;
}

/** The model's figures between those that can be had without reading the task. */
function ControlTable({ report, model }: { readonly report: BenchmarkReport; readonly model: string }) {
  const { promptFree, wrongPrompt } = report.controls;
  const named = words.controls;
  const factual = report.byDimension[FACTUAL] !== undefined;
  const rows: readonly ControlRow[] = [
    { name: named.model(model), about: named.modelAbout, figure: report },
    { name: named.promptFree, about: promptFree.about, figure: promptFree },
    { name: named.wrongPrompt, about: wrongPrompt?.about ?? named.noWrongPrompt, figure: wrongPrompt },
  ];
  return (
    <div class="card slice-card">
      <h3>{named.title}</h3>
      <table class="controls-table">
        <thead>
          <tr>
            <th scope="col">{named.who}</th>
            {factual && <th scope="col">{words.factual}</th>}
            <th scope="col">{words.all}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, about, figure }) => (
            <tr key={name}>
              <th scope="row">
                {name}
                <span class="hint">{about}</span>
              </th>
              {factual && <ShareCell share={figure?.byDimension[FACTUAL]} />}
              <ShareCell share={figure ?? undefined} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ShareCell({ share }: { readonly share: Share | undefined }) {
  return (
    <td class="number">
      {share ? (
        <>
          <b>{percent(share.accuracy)}</b>
          <span class="hint">{words.interval(rangeText(share.interval))}</span>
        </>
      ) : (
        '–'
      )}
    </td>
  );
}

const binText = ({ low, high, right, pairs }: CalibrationBin): string =>
  words.calibration.bin(
    percent(low),
    percent(high),
    right === null ? words.calibration.empty : percent(right),
    pairs,
  );

const correlationText = (r: number | null): string => (r === null ? '–' : signed(r));

interface Props {
  readonly result: BenchResult;
  readonly earlier: readonly BenchResult[];
}

/** Everything the benchmark says of a model. */
export function BenchReport({ result, earlier }: Props) {
  const { report, scored, model, source, skipped, tooLong, ms } = result;
  const points = useMemo(() => scatterPoints(scored), [scored]);
  const { association, calibration } = report;
  const factual = report.byDimension[FACTUAL];
  const texts = 2 * scored.length;
  return (
    <div class="bench-report">
      <h3>{words.result(model, source)}</h3>
      {(skipped.length > 0 || tooLong > 0) && (
        <p class="hint">
          {skipped.length > 0 && `${text.pairs.skipped(skipped.length)}. `}
          {tooLong > 0 && text.pairs.tooLong(tooLong)}
        </p>
      )}
      <dl class="scoreboard">
        {factual && (
          <ScoreTile
            label={words.factual}
            about={words.factualAbout}
            value={percent(factual.accuracy)}
            note={shareNote(factual)}
            accent="held-out"
          />
        )}
        <ScoreTile
          label={words.all}
          about={words.pairs(report.pairs)}
          value={percent(report.accuracy)}
          note={shareNote(report)}
          accent="held-out"
        />
        <ScoreTile label={words.ties} about={words.tiesAbout} value={String(report.ties)} />
        <ScoreTile
          label={words.length}
          about={words.lengthAbout}
          value={correlationText(report.lengthCorrelation)}
          accent="thinking"
        />
        <ScoreTile
          label={words.association}
          about={words.association}
          value={compact(association.oddsRatio)}
          note={words.associationAbout(rangeText(association.interval, compact))}
        />
        <ScoreTile label={words.time} about={words.pairs(report.pairs)} value={duration(ms)} />
      </dl>
      <ControlTable report={report} model={model} />
      <div class="bench-plots">
        <figure class="card">
          <figcaption>
            <h3>{words.calibration.title}</h3>
            <p class="about">
              {words.calibration.about} {words.calibration.error(decimal(calibration.error))}.
            </p>
          </figcaption>
          <CalibrationPlot
            bins={calibration.bins}
            xLabel={words.calibration.x}
            yLabel={words.calibration.y}
            describe={binText}
          />
        </figure>
        <figure class="card">
          <figcaption>
            <h3>{words.scatter.title}</h3>
            <p class="about">{words.scatter.about}</p>
            <ul class="legend">
              <li>
                <svg class="dot-key good" viewBox="0 0 10 10" aria-hidden="true">
                  <circle cx="5" cy="5" r="3.5" />
                </svg>
                {words.scatter.chosen}
              </li>
              <li>
                <svg class="dot-key bad" viewBox="0 0 10 10" aria-hidden="true">
                  <circle cx="5" cy="5" r="3.5" />
                </svg>
                {words.scatter.rejected}
              </li>
              {points.length < texts && <li class="hint">{words.scatter.sampled(points.length)}</li>}
            </ul>
          </figcaption>
          <ScatterPlot
            points={points}
            xLabel={words.scatter.x}
            yLabel={words.scatter.y}
            summary={words.scatter.summary(texts, correlationText(report.lengthCorrelation))}
          />
        </figure>
      </div>
      <SliceTable groups={groupsOf(report)} />
      {earlier.length > 0 && (
        <section class="card slice-card" aria-label={words.earlier}>
          <h3>{words.earlier}</h3>
          <ul class="earlier">
            {earlier.map((one, i) => (
              <li key={i}>
                <span>{words.result(one.model, one.source)}</span>
                <span class="number">
                  <Headline of={one.report} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
