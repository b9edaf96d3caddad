import { text } from '../text/index.ts';
import { GATES, type Gate } from '../rl/gate.ts';
import { decimal, percent, signed } from './format.ts';
import type { GatedCompletion, GatedStep } from './gate-data.ts';
import { SvgMaths } from './maths.tsx';
import './gate-plot.css';

const W = 460;
const H = 428;
const left = 46;
const right = W - 12;
/** Passing completions lie in a band of their own above the gate; below it, height is the share of tests passed. */
const open = { top: 26, bottom: 140 };
const closed = { top: 168, bottom: 342 };

const xOf = (thinking: number): number => left + thinking * (right - left);
const yOf = (share: number): number =>
  share >= 1 ? (open.top + open.bottom) / 2 : closed.bottom - share * (closed.bottom - closed.top);

/** Passing takes one value and the share of tests few, so dots are spread to lie side by side. */
function spread({ rollout }: GatedCompletion, height: number): number {
  const mixed = Math.imul(rollout.group * 31 + rollout.index + 1, 2654435761) >>> 0;
  return (mixed / 4294967296 - 0.5) * height;
}

function Arrow({ advantage }: { readonly advantage: number }) {
  const size = Math.min(28, Math.abs(advantage) * 12);
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
  const { rollout, opening, advantage } = completion;
  const counted = opening > 0;
  const { passed, total } = rollout.verification;
  const share = total > 0 ? passed / total : 0;
  const x = xOf(rollout.rewards.thinking);
  const y = yOf(share) + spread(completion, share >= 1 ? 76 : 22);
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
  readonly gate: Gate;
  /** Place of the open group, drawn in front. */
  readonly group: number;
  readonly completion: number | null;
  readonly scope: 'all' | 'one';
  readonly onSelect: (group: number, completion: number) => void;
}

function Axes({ gate }: { readonly gate: Gate }) {
  const words = text.plot;
  return (
    <g class="axes">
      <rect class="zone" x={left} y={open.top} width={right - left} height={open.bottom - open.top} rx="4" />
      <rect
        class="trap"
        x={xOf(0.5)}
        y={closed.top - 6}
        width={right - xOf(0.5)}
        height={closed.bottom - closed.top + 40}
        rx="4"
      />
      <text class="zone-label" x={right} y={open.top - 8} text-anchor="end">
        {words.zone.pass}
      </text>
      <text class="zone-label" x={right} y={closed.top - 13} text-anchor="end">
        <SvgMaths text={words.zone.fail(GATES[gate].onFailure)} />
      </text>
      {[0, 0.5].map((share) => (
        <g key={share}>
          <path class="grid" d={`M${left} ${yOf(share)}H${right}`} />
          <text class="tick" x={left - 8} y={yOf(share) + 4} text-anchor="end">
            {percent(share)}
          </text>
        </g>
      ))}
      <text class="tick" x={left - 8} y={yOf(1) + 4} text-anchor="end">
        {percent(1)}
      </text>
      {[0, 0.25, 0.5, 0.75, 1].map((score) => (
        <text key={score} class="tick" x={xOf(score)} y={closed.bottom + 52} text-anchor="middle">
          {decimal(score, 2)}
        </text>
      ))}
      <text class="label" x={right} y={H - 8} text-anchor="end">
        <SvgMaths text={words.x} /> →
      </text>
      <text class="label" x={2} y={13}>
        ↑ {words.y}
      </text>
      <text class="trap-label" x={right - 8} y={closed.top + 12} text-anchor="end">
        {words.trap}
      </text>
    </g>
  );
}

/**
 * Reasoning score against tests passed, one dot per completion: filled where R_t counts, hollow with a slash where
 * it is withheld, and an arrow for the advantage. The table of completions says the same in words.
 */
export function GatePlot({ step, gate, group, completion, scope, onSelect }: Props) {
  const groups = step?.groups ?? [];
  // The open group last, so that it lies on top.
  const order = groups.map((_, i) => i).filter((i) => i !== group && scope === 'all');
  if (groups[group]) order.push(group);
  const label = step
    ? text.plot.summary(step.count, step.passing, percent(step.withheldShare), step.inversions)
    : text.plot.empty;
  return (
    <svg class="gate-plot" viewBox={`0 0 ${W} ${H}`} role="img" aria-label={label}>
      <Axes gate={gate} />
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
        <text class="label" x={(left + right) / 2} y={yOf(1) + 4} text-anchor="middle">
          {text.plot.empty}
        </text>
      )}
    </svg>
  );
}
