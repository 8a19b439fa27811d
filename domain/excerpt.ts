/** The beginning of a text that may be of any length. */

export const excerptCharactersMax = 4_096;

export interface Excerpt {
  add(line: string): void;
  text(): string;
}

export function createExcerpt(): Excerpt {
  let kept = '';
  return {
    add(line) {
      if (kept.length < excerptCharactersMax)
        kept += `${kept === '' ? '' : '\n'}${line}`.slice(0, excerptCharactersMax - kept.length);
    },
    text: () => kept,
  };
}
