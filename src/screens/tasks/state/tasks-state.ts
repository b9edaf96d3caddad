/** What the screen shows, as plain data. */
import type { LabMessage } from '../../../app/controller-types.ts';
import type { CheckedTask } from '../../../domains/files/check-task.ts';
import type { StoredTaskSet } from '../../../store/index.ts';
import type { Deleted } from './bring-back.ts';
import type { Recorded } from './fields.ts';
import type { ImportReport } from './importing.ts';
import type { LinkOffer } from './link-offer.ts';
import type { TaskSet } from './rows.ts';

/** What came of a check, and the record that was checked. */
export type CheckedContent = CheckedTask & Pick<Recorded, 'tests'>;

export interface Progress {
  readonly name: string;
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
}

export interface TasksState {
  readonly status: 'closed' | 'opening' | 'ready';
  /** The one that was changed last comes first. */
  readonly sets: readonly Pick<StoredTaskSet, 'id' | 'name'>[];
  readonly open: TaskSet | null;
  /** Key of the task that is written; null where the list is empty. */
  readonly selected: string | null;
  /** Something could not be stored, and is on this page alone. */
  readonly unsaved: boolean;
  readonly importing: Progress | null;
  readonly report: ImportReport | null;
  /** Tasks that the link brought, while it is open whether they are kept. */
  readonly offer: LinkOffer | null;
  /** All tasks are being checked. */
  readonly checkingAll: Progress | null;
  readonly deleted: readonly Deleted[];
  readonly messages: readonly LabMessage[];
}

/** Before anything is read. */
export const START: TasksState = {
  status: 'closed',
  sets: [],
  open: null,
  selected: null,
  unsaved: false,
  importing: null,
  report: null,
  offer: null,
  checkingAll: null,
  deleted: [],
  messages: [],
};
