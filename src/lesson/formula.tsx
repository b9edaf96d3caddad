/** The living formula: one for all methods, whose parts are swapped. Each part is a button with its number in it. */
import { formulaOf } from '../rl/gate.ts';
import { decimal, signed } from '../views/format.ts';
import { Maths } from '../views/maths.tsx';
import type { MethodRule, TokenNumbers, UpdateState } from './numbers.ts';
import './formula.css';

export const TERMS = ['weight', 'ratio', 'clip', 'kl', 'advantage', 'reward', 'mean', 'deviation'] as const;
export type Term = (typeof TERMS)[number];

const names: Record<Term, string> = {
  weight: 'weight of the token',
  ratio: 'probability ratio',
  clip: 'clip',
  kl: 'distance from the reference',
  advantage: 'advantage',
  reward: 'reward',
  mean: 'baseline',
  deviation: 'scale',
};
const words = {
  label: 'The objective; its parts light up in the rollout',
  none: 'left out',
} as const;

/** Symbol and number of each term; `null` where the method has no such term. */
export type Terms = Readonly<Record<Term, { readonly symbol: string; readonly number: string } | null>>;

const WEIGHTS = {
  sequence: '1 ÷ (G·|oᵢ|)',
  token: '1 ÷ Σ|o|',
  constant: '1 ÷ (G·L)',
  'micro-batch': '1 ÷ (M·Σ|o|)',
} as const;

/** What a method's formula is made of, and its numbers for one token. */
export function termsOf(
  { advantage, gate, loss, once }: MethodRule,
  { scored }: UpdateState,
  completion: number,
  numbers: TokenNumbers,
): Terms {
  const [low, high] = numbers.bounds;
  const baseline = advantage === 'total' ? null : decimal(scored.mean);
  return {
    weight: { symbol: WEIGHTS[loss.aggregation], number: decimal(numbers.weight, 5) },
    ratio: once
      ? { symbol: 'log π', number: decimal(Math.log(numbers.now), 3) }
      : { symbol: 'ρ', number: decimal(numbers.ratio, 3) },
    clip: once ? null : { symbol: 'clip', number: `${decimal(low)} … ${decimal(high)}` },
    kl: loss.beta === 0 ? null : { symbol: `${loss.beta}·k3`, number: decimal(numbers.kl, 5) },
    advantage: { symbol: 'A', number: signed(numbers.advantage) },
    reward: { symbol: formulaOf(gate), number: decimal(scored.totals[completion]!) },
    mean: baseline === null ? null : { symbol: 'mean', number: baseline },
    deviation: advantage === 'group' ? { symbol: 'deviation', number: decimal(scored.deviation) } : null,
  };
}

interface Props {
  readonly terms: Terms;
  readonly lit: Term | null;
  readonly onLight: (term: Term | null) => void;
}

export function Formula({ terms, lit, onLight }: Props) {
  const part = (term: Term) => {
    const own = terms[term];
    if (own === null)
      return (
        <span class="term absent" key={term}>
          <small>{names[term]}</small>
          <span>{words.none}</span>
        </span>
      );
    return (
      <button
        type="button"
        class={`term ${lit === term ? 'lit' : ''}`}
        data-term={term}
        aria-pressed={lit === term}
        onPointerEnter={() => onLight(term)}
        onFocus={() => onLight(term)}
        onClick={() => onLight(term)}
      >
        <small>{names[term]}</small>
        <span class="symbol">
          <Maths text={own.symbol} />
        </span>
        <b class="number">{own.number}</b>
      </button>
    );
  };
  const plain = (sign: string) => <span class="sign">{sign}</span>;
  const absent = (...group: Term[]) => group.filter((term) => terms[term] === null).map(part);
  return (
    <div class="living-formula" role="group" aria-label={words.label}>
      <div>
        {plain('J  =  Σ')}
        {part('weight')}
        {plain(terms.clip ? '· min(' : '·')}
        {part('ratio')}
        {plain('· A')}
        {terms.clip && (
          <>
            {plain(',')}
            {part('clip')}
            {plain('· A )')}
          </>
        )}
        {terms.kl && (
          <>
            {plain('−')}
            {part('kl')}
          </>
        )}
        {absent('clip', 'kl')}
      </div>
      <div>
        {part('advantage')}
        {plain(terms.mean ? '=  (' : '=')}
        {part('reward')}
        {terms.mean && (
          <>
            {plain('−')}
            {part('mean')}
            {plain(')')}
          </>
        )}
        {terms.deviation && (
          <>
            {plain('÷')}
            {part('deviation')}
          </>
        )}
        {absent('mean', 'deviation')}
      </div>
    </div>
  );
}
