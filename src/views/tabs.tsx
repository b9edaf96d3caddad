import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import './tabs.css';

interface Props<T extends string> {
  /** Prefix of the ids of tabs and panel. */
  readonly id: string;
  readonly label: string;
  readonly tabs: readonly { readonly value: T; readonly label: string; readonly busy?: boolean }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** The open panel. */
  readonly children: ComponentChildren;
}

/** Tabs over one panel; the arrow keys move between them. */
export function Tabs<T extends string>({ id, label, tabs, value, onChange, children }: Props<T>) {
  const list = useRef<HTMLDivElement>(null);
  const at = tabs.findIndex((tab) => tab.value === value);
  const onKeyDown = (event: KeyboardEvent): void => {
    const count = tabs.length;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + count, Home: 0, End: count - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onChange(tabs[to % count]!.value);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[to % count]?.focus();
  };
  return (
    <div class="tabs">
      <div class="tab-list" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown} tabIndex={-1}>
        {tabs.map((tab) => (
          <button
            key={tab.value}
            type="button"
            role="tab"
            id={`${id}-tab-${tab.value}`}
            aria-selected={tab.value === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.value === value ? 0 : -1}
            onClick={() => onChange(tab.value)}
          >
            {tab.label}
            {tab.busy && <span class="status-dot running" />}
          </button>
        ))}
      </div>
      <div class="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${value}`}>
        {children}
      </div>
    </div>
  );
}
