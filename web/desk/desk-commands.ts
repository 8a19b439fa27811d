/** What a key or the palette asks of a part of the desk that stands elsewhere on the page. */

export type DeskCommand = 'reply' | 'note' | 'help';

const bus = new EventTarget();

export const giveCommand = (command: DeskCommand): void => {
  bus.dispatchEvent(new CustomEvent('command', { detail: command }));
};

const isCommand = (value: unknown): value is DeskCommand => value === 'reply' || value === 'note' || value === 'help';

/** For an effect: tells until what it returns is called. */
export function onDeskCommand(take: (command: DeskCommand) => void): () => void {
  const hear = (event: Event): void => {
    if (event instanceof CustomEvent && isCommand(event.detail)) take(event.detail);
  };
  bus.addEventListener('command', hear);
  return () => bus.removeEventListener('command', hear);
}
