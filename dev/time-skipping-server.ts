/**
 * The Java test server that skips time, for workflow tests alone: the cache, the SDK's own download, or Maven's
 * artifact behind a two-line wrapper. Returns a program's path; starting and stopping it is the test environment's.
 */

import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProvisionOptions } from './go-build.ts';
import { runLongStep } from './long-step.ts';
import { answers, findFreePort } from './ports.ts';
import { downloadWithSdk } from './sdk-download.ts';
import { type Environment, findProgram, isExecutable, toolCacheDirectory } from './tool-cache.ts';
import { Trouble } from './trouble.ts';
import { until } from './until.ts';

const version = '1.32.0';

const homeOf = (environment: Environment) => join(toolCacheDirectory(environment), `time-skipping-server-${version}`);

const downloadedProgram = (environment: Environment) => join(homeOf(environment), 'server');

/** The wrapper that Maven's way leaves; it needs Java at every run. */
const wrapperProgram = (environment: Environment) => join(homeOf(environment), 'run');

/** The program's path if it was provided before, else `null`; for tests, which never fetch anything themselves. */
export function findTimeSkippingServer(environment: Environment): string | null {
  return [downloadedProgram(environment), wrapperProgram(environment)].find(isExecutable) ?? null;
}

/** Finds the server, or fetches it and proves that it starts; `Trouble` where it cannot be had. */
export async function provisionTimeSkippingServer(options: ProvisionOptions): Promise<string> {
  const { environment, report } = options;
  const found = findTimeSkippingServer(environment);
  if (found !== null) return found;
  const home = homeOf(environment);
  const downloaded = await downloadWithSdk({
    ...options,
    server: 'time-skipping',
    title: 'Fetching the time-skipping test server, which the workflow tests need',
  });
  if (downloaded.path !== null) {
    chmodSync(downloaded.path, 0o755);
    mkdirSync(home, { recursive: true });
    renameSync(downloaded.path, downloadedProgram(environment));
    return downloadedProgram(environment);
  }
  report(`  The download did not work (${downloaded.why}); trying Maven.`);
  const why = await fetchWithMaven(options, home);
  if (why === null) return wrapperProgram(environment);
  throw new Trouble(
    `The time-skipping test server could not be had (download: ${downloaded.why}; Maven: ${why}). ` +
      'Install Java and Maven, or run the tests where downloads are possible.',
  );
}

/** `null` when the wrapper is in its place, else why not. */
async function fetchWithMaven(options: ProvisionOptions, home: string): Promise<string | null> {
  const { environment, report, signal } = options;
  const maven = findProgram('mvn', environment);
  if (maven === null) return 'it is not installed';
  if (findProgram('java', environment) === null) return 'Java is not installed';
  const cache = toolCacheDirectory(environment);
  mkdirSync(cache, { recursive: true });
  const workshop = mkdtempSync(join(cache, 'maven-'));
  try {
    writeFileSync(join(workshop, 'pom.xml'), pom);
    const end = await runLongStep({
      command: maven,
      args: ['--batch-mode', '--quiet', 'dependency:copy-dependencies', `-DoutputDirectory=${join(workshop, 'jars')}`],
      environment,
      directory: workshop,
      title: 'Fetching the time-skipping test server by Maven, which the workflow tests need',
      estimate: '1 to 2 minutes, once',
      withinMs: 15 * 60_000,
      report,
      ...(signal === undefined ? {} : { signal }),
    });
    if (!end.ok) return end.why;
    return await putInPlace(workshop, home);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** Tried where it was made, then moved; the wrapper finds its jars beside itself, so that moving breaks nothing. */
async function putInPlace(workshop: string, home: string): Promise<string | null> {
  const program = join(workshop, 'run');
  writeFileSync(program, wrapper);
  chmodSync(program, 0o755);
  if (!(await starts(program))) return 'what it fetched does not start';
  rmSync(home, { recursive: true, force: true });
  renameSync(workshop, home);
  return null;
}

/** `exec`, since the environment ends the process that it started: without it Java would be left behind. */
const wrapper = `#!/bin/sh
exec java -cp "$(dirname "$0")/jars/*" io.temporal.testserver.TestServer "$1"
`;

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>refund-desk</groupId>
  <artifactId>time-skipping-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${version}</version>
    </dependency>
  </dependencies>
</project>
`;

async function starts(program: string): Promise<boolean> {
  const port = await findFreePort();
  const server = spawn(program, [String(port)], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.once('exit', () => resolve());
  });
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  await until(async () => gone || (await answers(port)), { withinMs: 60_000, everyMs: 100 });
  const started = !gone;
  server.kill('SIGKILL');
  await exited;
  return started;
}
