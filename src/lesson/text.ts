/** What several chapters say. A chapter's own sentences stand in its file. */
export const words = {
  predict: 'Predict first',
  commit: 'Commit to this',
  skip: 'Show the answer',
  right: 'As you said.',
  other: (label: string) => `You said: ${label}.`,
  holds: (label: string) => `It is: ${label}.`,
  do: 'Try it',
  completions: 'Completions of the group',
  /** Of a strip of tokens. */
  strip: {
    about: (place: number, of: number, piece: string, value: string) =>
      `token ${place} of ${of}, “${piece.trim() === '' ? 'white space' : piece.trim()}”: ${value}`,
    masked: 'not learned from',
    unknown: 'not recorded',
    keys: 'The arrow keys move along the tokens.',
  },
  source: 'Where these numbers come from',
  made: (version: string, seed: number, device: string) =>
    `Recorded by version ${version} on ${device === 'wasm' ? 'WebAssembly' : 'WebGPU'}, seed ${seed}, with this command:`,
} as const;
