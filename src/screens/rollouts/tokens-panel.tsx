import { useEffect, useMemo } from 'preact/hooks';
import type { Rollout } from '../../rl/types.ts';
import { compact, decimal, signed } from '../../views/format.ts';
import { Segmented } from '../../views/segmented.tsx';
import { TokenStrip } from '../../views/token-strip.tsx';
import { channelOf, CHANNELS, isMasked, piecesOf, type Channel, type ChannelName } from './state/channels.ts';
import { useRollouts } from './state.ts';
import { text } from './text.ts';
import './tokens-panel.css';

const words = text.tokens;

const FORMATS: Readonly<Record<ChannelName, (value: number) => string>> = {
  probability: (value) => decimal(value, 3),
  surprise: (value) => decimal(value),
  push: (value) => signed(value),
  entropy: (value) => decimal(value),
  kl: compact,
};

/** The mean of a value that an older version did not store token by token. */
const meanOf = (name: ChannelName, { entropy, kl }: Rollout): string | null => {
  const value = { entropy, kl }[name as 'entropy' | 'kl'];
  return value === undefined || value === null ? null : words.mean(FORMATS[name](value));
};

interface StripProps {
  readonly rollout: Rollout;
  readonly channel: Channel;
  readonly name: ChannelName;
  readonly pieces: readonly string[] | null;
  readonly masked: boolean;
}

function Strip({ rollout, channel, name, pieces, masked }: StripProps) {
  const tokens = rollout.tokens.map((id, t) => ({
    piece: pieces?.[t] ?? `${id} `,
    value: channel.values[t] ?? null,
    masked: masked && name === 'push',
  }));
  return (
    <TokenStrip
      label={`${words.heading}: ${words.channels[name]}.`}
      tokens={tokens}
      signed={channel.signed}
      range={channel.range}
      format={FORMATS[name]}
      words={words.strip}
    />
  );
}

/** The tokens of the completion, by one value at a time; what the record does not hold is said. */
export function TokensPanel({ rollout }: { readonly rollout: Rollout }) {
  const { browser, view, look } = useRollouts();
  const shown = browser.shown.value;
  useEffect(() => browser.needTokenizer(), [browser, shown?.run.id]);
  const vocabulary = browser.tokenizer.value;
  const tokenizer = typeof vocabulary === 'string' ? null : vocabulary;
  const pieces = useMemo(() => tokenizer && piecesOf(rollout, tokenizer), [rollout, tokenizer]);
  if (!shown) return null;
  const { channel: name } = view.value;
  const { config, rollouts: step } = shown;
  const facts = { rollout, step, config, tokenizer: pieces && tokenizer };
  const answer = channelOf(name, facts);
  const masked = isMasked(facts);
  return (
    <section class="tokens" aria-label={words.heading}>
      <h4>{words.heading}</h4>
      <Segmented
        name="token-channel"
        legend={words.channel}
        options={CHANNELS.map((value) => ({ value, label: words.channels[value] }))}
        value={name}
        onChange={(to) => look({ channel: to })}
      />
      <p class="hint">{words.about[name]}</p>
      {'gap' in answer ? (
        <p class="gap">
          {words.gaps[answer.gap]} {meanOf(name, rollout)}
        </p>
      ) : vocabulary === 'opening' ? (
        <p class="gap">{words.opening}</p>
      ) : (
        <>
          {tokenizer && !pieces && <p class="gap">{words.ownVocabulary}</p>}
          {masked && <p class="gap">{words.masked}</p>}
          <Strip rollout={rollout} channel={answer.channel} name={name} pieces={pieces} masked={masked} />
        </>
      )}
    </section>
  );
}
