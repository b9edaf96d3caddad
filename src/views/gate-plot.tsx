import { text } from '../app/messages.ts';
import { decimal, percent, signed } from './format.ts';
import type { GatedCompletion, GatedStep } from './gate-data.ts';

const W = 440;
const H = 340;
const plot = { left: 46, right: W - 14, top: 46, bottom: H - 62 };

const xOf = (thinking: number): number => plot.left + thinking * (plot.right - plot.left);
const yOf = (share: number): number => plot.bottom - share * (plot.bottom - plot.top);

/** The share of tests passed takes few values, so dots are spread a little to lie side by side. */
function spread({ rollout }: GatedCompletion): number {
  const mixed = Math.imul(rollout.group * 31 + rollout.index + 1, 2654435761) >>> 0;
  return (mixed / 4294967296 - 0.5) * 34;
}

function Arrow({ advantage }: { readonly advantage: number }) {
  const size = Math.min(26, Math.abs(advantage) * 13);
  if (size < 2) return null;
  const up = advantage > 0;
  const tip = up ? -5 - size : 5 + size;
  const head = up ? 4 : -4;
  return (
    <g class={up ? 'arrow up' : 'arrow down'}>
      <path d={`M0 ${up ? -5 : 5}V${tip + head / 2}`} />
      <path class="head" d={`M-2.6 ${tip + head}L0 ${tip}L2.6 ${tip + head}Z`} />
    </g>
  );
}

interface DotProps {
  readonly of: GatedCompletion;
  readonly faded: boolean;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

function Dot({ of: completion, faded, selected, onSelect }: DotProps) {
  const { rollout, counted, advantage } = completion;
  const { passed, total } = rollout.verdict;
  const share = total > 0 ? passed / total : 0;
  const x = xOf(rollout.rewards.thinking);
  const y = yOf(share) + spread(completion);
  return (
    <g
      class={`dot ${counted ? 'counted' : 'withheld'} ${faded ? 'faded' : ''} ${selected ? 'selected' : ''}`}
      transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}
      onClick={onSelect}
    >
      <title>
        {`R_t ${decimal(rollout.rewards.thinking)}, ${text.completion.passed(passed, total)}, ${signed(advantage)}`}
      </title>
      <Arrow advantage={advantage} />
      <circle r={selected ? 5.5 : 4} />
      {!counted && <path class="slash" d="M-4.2 4.2L4.2 -4.2" />}
    </g>
  );
}

interface Props {
  readonly step: GatedStep | null;
  /** Place of the open group, drawn in front. */
  readonly group: number;
  readonly completion: number | null;
  readonly scope: 'all' | 'one';
  readonly onSelect: (group: number, completion: number) => void;
}

function Axes() {
  return (
    <g class="axes">
      <rect
        class="trap"
        x={xOf(0.5)}
        y={yOf(0.62)}
        width={plot.right - xOf(0.5)}
        height={plot.bottom + 22 - yOf(0.62)}
        rx="4"
      />
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <path class="grid" d={`M${plot.left} ${yOf(share)}H${plot.right}`} />
          <text class="tick" x={plot.left - 8} y={yOf(share) + 4} text-anchor="end">
            {percent(share)}
          </text>
        </g>
      ))}
      {[0, 0.25, 0.5, 0.75, 1].map((score) => (
        <text key={score} class="tick" x={xOf(score)} y={plot.bottom + 38} text-anchor="middle">
          {decimal(score, score % 0.5 === 0 ? 1 : 2)}
        </text>
      ))}
      <text class="label" x={plot.right} y={H - 6} text-anchor="end">
        {text.plot.x} →
      </text>
      <text class="label" x={6} y={13}>
        ↑ {text.plot.y}
      </text>
      <text class="trap-label" x={plot.right - 8} y={yOf(0.62) + 17} text-anchor="end">
        {text.plot.trap}
      </text>
    </g>
  );
}

/**
 * Reasoning score against tests passed, one dot per completion: filled where R_t counts, hollow with a slash where
 * it is withheld, and an arrow for the advantage. The table of completions says the same in words.
 */
export function GatePlot({ step, group, completion, scope, onSelect }: Props) {
  const groups = step?.groups ?? [];
  // The open group last, so that it lies on top.
  const order = groups.map((_, i) => i).filter((i) => i !== group && scope === 'all');
  if (groups[group]) order.push(group);
  const label = step
    ? text.plot.summary(step.count, step.passing, percent(step.withheldShare), step.inversions)
    : text.plot.empty;
  return (
    <svg class="gate-plot" viewBox={`0 0 ${W} ${H}`} role="img" aria-label={label}>
      <Axes />
      {order.map((g) =>
        groups[g]?.completions.map((c, i) => (
          <Dot
            key={`${g}/${i}`}
            of={c}
            faded={g !== group && completion !== null}
            selected={g === group && i === completion}
            onSelect={() => onSelect(g, i)}
          />
        )),
      )}
      {!step && (
        <text class="label" x={(plot.left + plot.right) / 2} y={yOf(0.82)} text-anchor="middle">
          {text.plot.empty}
        </text>
      )}
    </svg>
  );
}
