/** Elements that commands and links lead to. */
export const TASK_ID = 'task';
export const TRIAL_ID = 'task-trial';
