import { counted } from '../counted.ts';

const failing = (n: number): string => counted(n, 'failing completion');

/** Why a step did to a group what it did. */
export const why = {
  title: 'Why did this step do that?',
  otherGate: (gate: string) => `As it would be under “${gate}”; the run has another gate.`,
  mixed: (passing: number, size: number) =>
    passing === size
      ? `All ${size} pass.`
      : passing === 0
        ? `None of the ${size} passes.`
        : `${passing} of ${size} pass.`,
  equal: (passing: number, size: number, reward: string) =>
    `${passing} of ${size} pass and all have the same reward, ${reward}. So no completion is better than another, and the group moves nothing.`,
  spread: (parts: string) => `What sets the rewards apart (share of their variance): ${parts}.`,
  by: (symbol: string, value: string, mean: string) =>
    `${symbol} adds ${value}, in the group ${mean} on average`,
  up: (place: number, advantage: string, passes: boolean, reason: string) =>
    `Up most: completion ${place}, which ${passes ? 'passes' : 'fails'} (A ${advantage})${reason === '' ? '' : `: ${reason}`}.`,
  down: (place: number, advantage: string, passes: boolean, reason: string) =>
    `Down most: completion ${place}, which ${passes ? 'passes' : 'fails'} (A ${advantage})${reason === '' ? '' : `: ${reason}`}.`,
  withheld: (n: number, spared: number) =>
    `R_t is withheld from ${failing(n)}. ${
      spared === 0
        ? 'Ungated, no more would be made likelier.'
        : `Ungated, ${spared} of them would be made likelier.`
    }`,
  lifted: (n: number) => `${failing(n)} made likelier all the same: the rest of the group scored even lower.`,
  push: (share: string) => `This group makes up ${share} of the step’s push, measured as |A| × tokens.`,
  update: (learningRate: string, gradNorm: string, clipped: string) =>
    `All groups together: learning rate ${learningRate}, gradient norm ${gradNorm}, ${clipped} of the ratios clipped.`,
} as const;
