/** What a run and its engine report. */
export const runMessages = {
  settingsTodo: 'Change the settings and press Run again.',
  changeKept: 'The run goes on with what it had.',
  missing: {
    what: 'The training engine could not be loaded.',
    kept: 'Stored runs are untouched.',
    todo: 'Reload the page; if that does not help, start it again with npm start.',
  },
  opening: 'Opening the store',
  noStore: {
    kept: 'Nothing was started, so nothing is lost.',
    todo: 'Runs need IndexedDB: leave private browsing or allow site data, then reload.',
  },
  keptRun: 'The run is kept up to its last checkpoint.',
  keptNothing: 'Nothing was changed.',
  tryAgain: 'Press Run to try again from there.',
  resumed: {
    kept: 'The run is kept up to its last checkpoint.',
    todo: 'It continues from there on the same device.',
  },
  resumedOnWasm: {
    kept: 'The run is kept up to its last checkpoint.',
    todo: 'The GPU failed this run twice, so it continues from there on WASM.',
  },
  interrupted: (done: number, of: number) =>
    `A run was interrupted at step ${done} of ${of}; it continues from its last checkpoint.`,
  interruptedTodo: 'Press Pause to stop it, or Reset to begin another.',
  heldElsewhere: 'That run is open in another tab; close it there to continue it here.',
  runGone: 'That run is no longer stored.',
  swapped: (name: string, step: number) => `From step ${step} on, “${name}” scores the reasoning.`,
  otherDomain: (name: string, domain: string) =>
    `“${name}” reads reasoning about ${domain.toLowerCase()}. This run is about something else and keeps its reward model.`,
  starterTokenizer: 'Training the tokenizer',
  starterPolicy: 'Fine-tuning the policy',
  starterReward: 'Training the reward model',
  starterDone: (loss: number, accuracy: number) =>
    `New starter checkpoints: policy loss ${loss.toFixed(3)} nats per token, reward model right on ${(100 * accuracy).toFixed(1)} % of held-out pairs. Until the page is reloaded, new runs start from them.`,
} as const;
