/** Why a process cannot start, as a sentence for whoever started it; printed as it stands, without a stack. */

export class CannotStart extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'CannotStart';
  }
}
