import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface Props {
  readonly class: string;
  readonly onDrop: (dropped: DataTransfer) => void;
  /** A function is told whether something is held over it. */
  readonly children: ComponentChildren | ((over: boolean) => ComponentChildren);
}

/** A place to drop files on; of class `over` while something is held over it. */
export function DropZone({ class: name, onDrop, children }: Props) {
  const [over, setOver] = useState(false);
  return (
    <div
      class={over ? `${name} over` : name}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer) onDrop(event.dataTransfer);
      }}
    >
      {typeof children === 'function' ? children(over) : children}
    </div>
  );
}
