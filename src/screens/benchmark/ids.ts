/** The samples of the task that was chosen. */
export const SAMPLES_ID = 'benchmark-samples-of-task';
