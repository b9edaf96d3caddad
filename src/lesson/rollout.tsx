import { useState } from 'preact/hooks';
import { sum } from '../statistics/samples.ts';
import { decimal } from '../views/format.ts';
import { Program } from '../views/program.tsx';
import { TokenStrip } from '../views/token-strip.tsx';
import type { Chapter, ChapterProps } from './chapter.ts';
import { mixedFirst } from './numbers.ts';
import { chance, CompletionPicker, Doing, Facts, Figure, Paragraphs } from './parts.tsx';
import { Prediction } from './prediction.tsx';
import { useLesson } from './state.ts';
import { words as shared } from './text.ts';

const words = {
  title: 'A rollout',
  point: 'A language model writes by drawing one token after another. One whole draw is a rollout.',
  before: ['This is a task. A small language model, the policy, is to write the program.'],
  during: [
    'The policy does not write a program. At every place it gives each token it knows a probability, and one is drawn. Then the next. Below is one real draw: first the reasoning, between think tags, then the program, between answer tags.',
  ],
  caption:
    'A completion, token by token. The stronger the colour, the surer the policy was of the token it drew. A dot is a space, ↵ a line break.',
  doing:
    'Pick a token to see how likely it was. Then look at another of the eight draws: same task, same policy, other tokens.',
  all: 'the whole completion',
  length: 'tokens',
  question: (n: number) =>
    `Most of the ${n} tokens of completion 1 were nearly certain. How likely was it to draw exactly that completion?`,
  options: {
    often: 'more than 1 in 10',
    some: 'between 1 in 10 and 1 in 1,000',
    rare: 'less than 1 in 1,000',
  },
  why: (p: string) =>
    `The probabilities of all its tokens, multiplied: ${p}. A few uncertain places are enough. So eight draws for one task are eight different attempts, and some may be better than others. That is all that the algorithm has to learn from.`,
  label: 'Colour: probability of the token.',
};

/** The name of the question that is asked. */
const QUESTION = 'rollout';

type Bucket = keyof typeof words.options;

export const bucketOf = (p: number): Bucket => (p > 0.1 ? 'often' : p > 0.001 ? 'some' : 'rare');

function View({ recording }: ChapterProps) {
  const group = mixedFirst(recording.start)[0]!;
  const [completion, choose] = useState(0);
  const [token, pick] = useState(0);
  const { logprobs } = group.rollouts[completion]!;
  const likelihood = (i: number): number => Math.exp(sum(group.rollouts[i]!.logprobs));
  const texts = group.texts[completion]!;
  const predicted = useLesson().predictions.value[QUESTION] !== undefined;
  return (
    <>
      <Paragraphs texts={words.before} />
      <Program source={group.task.prompt} language="python" line={null} />
      <Paragraphs texts={words.during} />
      <Figure caption={words.caption}>
        <CompletionPicker
          group={group}
          name="rollout-completion"
          chosen={completion}
          onChoose={(i) => {
            choose(i);
            pick(0);
          }}
        />
        <TokenStrip
          label={words.label}
          tokens={texts.map((piece, t) => ({ piece, value: Math.exp(logprobs[t]!), masked: false }))}
          signed={false}
          range={[0, 1]}
          format={chance}
          chosen={token}
          onChoose={pick}
          words={shared.strip}
        />
        <Facts
          facts={[
            [words.length, decimal(texts.length, 0)],
            // The question is answered first.
            ...(predicted ? [[words.all, chance(likelihood(completion))] as const] : []),
          ]}
        />
      </Figure>
      <Doing what={words.doing} />
      <Prediction
        id={QUESTION}
        question={words.question(group.texts[0]!.length)}
        options={Object.entries(words.options).map(([value, label]) => ({ value, label }))}
        answer={bucketOf(likelihood(0))}
      >
        <p>{words.why(chance(likelihood(0)))}</p>
      </Prediction>
    </>
  );
}

export const rollout: Chapter = { id: 'rollout', title: words.title, point: words.point, View };
