import { MessagesList } from '../../views/messages-list.tsx';
import { usePage } from '../page.ts';
import { look, ui } from '../ui-state.ts';

/** What the address and the run have to say, on every screen. */
export function Messages() {
  const { controller, slice } = usePage();
  const own = ui.value.messages;
  const dismiss = (id: string): void => {
    if (own.some((m) => m.id === id)) look({ messages: own.filter((m) => m.id !== id) });
    else controller.dismiss(id);
  };
  return <MessagesList messages={[...own, ...slice('messages')]} onDismiss={dismiss} />;
}
