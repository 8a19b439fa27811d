/** An expected trouble of the embedded stack: one sentence that says what is wrong and what to do, never a stack trace. */
export class Trouble extends Error {
  /** The file to look at, where there is one. */
  readonly logFile: string | undefined;
  constructor(message: string, options: { cause?: unknown; logFile?: string } = {}) {
    super(message, { cause: options.cause });
    this.name = 'Trouble';
    this.logFile = options.logFile;
  }
}
