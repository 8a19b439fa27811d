/**
 * `npm run check`: the fast half of what must hold, in the order in which it fails soonest. Runs the package's own
 * scripts, so that a step alone and the same step here are one thing; stops at the first that fails.
 */

import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

const steps = ['format:check', 'lint', 'types', 'walls', 'deadcode', 'test:unit'] as const;

type Step = (typeof steps)[number];

/** The step's exit code; a step that a signal ended counts as failed. */
const run = (step: Step): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', step], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });

const seconds = (sinceMs: number): string => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

const startMs = performance.now();
for (const step of steps) {
  const stepStartMs = performance.now();
  console.log(`\n— ${step}`);
  const code = await run(step);
  if (code !== 0) {
    console.error(`— ${step} failed after ${seconds(stepStartMs)}; run it alone with: npm run ${step}`);
    process.exit(code);
  }
  console.log(`— ${step} holds (${seconds(stepStartMs)})`);
}
console.log(`\nAll ${steps.length} steps hold (${seconds(startMs)}).`);
