/** The frame of every sandbox's own door, `/_sandbox`: JSON in and out, and what is wrong with it said. */

import { z } from 'zod';
import type { ControlAnswer } from './sandbox-server.ts';

export type Controls = (method: string, path: string, text: string) => ControlAnswer;

/** `refusalOf` says in what words the sandbox's rules refused; `null` for a fault of its own. */
export const controlDoor =
  (
    run: (method: string, path: string, body: unknown) => ControlAnswer,
    refusalOf: (error: unknown) => string | null = () => null,
  ): Controls =>
  (method, path, text) => {
    try {
      return run(method, path, text === '' ? {} : JSON.parse(text));
    } catch (error) {
      const problem = refusalOf(error);
      if (problem !== null) return { status: 409, body: { problem } };
      if (error instanceof z.ZodError) return { status: 422, body: { problem: z.prettifyError(error) } };
      if (error instanceof SyntaxError) return { status: 400, body: { problem: 'the body is not JSON' } };
      throw error;
    }
  };
