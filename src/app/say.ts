import type { LabMessage } from './controller-types.ts';
import { note } from './log.ts';

export type Say = (kind: LabMessage['kind'], what: string, rest?: Pick<LabMessage, 'kept' | 'todo'>) => void;

/**
 * How a screen says something: it goes into the log, and last into the screen's messages, in place of the same one before.
 * @param screen begins the ids of its messages
 */
export function sayer(
  screen: string,
  read: () => readonly LabMessage[],
  write: (messages: readonly LabMessage[]) => void,
): Say {
  let said = 0;
  return (kind, what, rest = {}) => {
    note(kind, what);
    const others = read().filter((message) => message.what !== what);
    write([...others, { id: `${screen}-${said++}`, kind, what, ...rest }]);
  };
}
