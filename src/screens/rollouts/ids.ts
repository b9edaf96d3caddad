/** Elements that are gone to from elsewhere. */
export const QUERY_ID = 'rollouts-query';
export const LIST_ID = 'rollouts-list';
