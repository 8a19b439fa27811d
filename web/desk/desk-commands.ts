/** What a key or the palette asks of a part of the desk that stands elsewhere on the page. */

const commands = ['reply', 'note', 'assign', 'help'] as const;

export type DeskCommand = (typeof commands)[number];

const bus = new EventTarget();

export const giveCommand = (command: DeskCommand): void => {
  bus.dispatchEvent(new CustomEvent('command', { detail: command }));
};

const isCommand = (value: unknown): value is DeskCommand => commands.some((command) => command === value);

/** For an effect: tells until what it returns is called. */
export function onDeskCommand(take: (command: DeskCommand) => void): () => void {
  const hear = (event: Event): void => {
    if (event instanceof CustomEvent && isCommand(event.detail)) take(event.detail);
  };
  bus.addEventListener('command', hear);
  return () => bus.removeEventListener('command', hear);
}
