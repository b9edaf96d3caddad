import { text } from '../text/index.ts';
import { Icon } from './icons.tsx';
import './messages-list.css';

interface Props {
  readonly messages: readonly {
    readonly id: string;
    readonly kind: 'notice' | 'error';
    readonly what: string;
    readonly kept?: string;
    readonly todo?: string;
  }[];
  readonly onDismiss: (id: string) => void;
}

/** What happened, what was kept, what to do. */
export function MessagesList({ messages, onDismiss }: Props) {
  const words = text.notice;
  return (
    <div class="messages" aria-live="polite">
      {messages.map((m) => (
        <div key={m.id} class={`message ${m.kind}`}>
          <p>
            <strong>{m.what}</strong>
            {m.kept && (
              <span>
                <b>{words.kept}</b> {m.kept}
              </span>
            )}
            {m.todo && (
              <span>
                <b>{words.todo}</b> {m.todo}
              </span>
            )}
          </p>
          <button type="button" class="quiet" aria-label={words.dismiss} onClick={() => onDismiss(m.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
