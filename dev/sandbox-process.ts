/**
 * A sandbox as a process of the embedded stack: `ready` to the parent, and an end when asked to or when the parent is
 * gone. What keeps it from starting is told in one sentence.
 */

import type { SandboxServer } from './sandbox-server.ts';

export async function runSandbox(
  sandbox: SandboxServer,
  { title, port }: { readonly title: string; readonly port: number },
): Promise<void> {
  const stop = (): void => {
    sandbox.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);

  try {
    const taken = await sandbox.listen(port);
    process.stdout.write(`${title} on http://127.0.0.1:${taken}\n`);
    process.send?.('ready');
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken) throw error;
    endWith(`Port ${port} is taken: another process listens there.`);
  }
}

export function endWith(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
