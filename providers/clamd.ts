/**
 * ClamAV's daemon as the scanner, spoken to by its own protocol over TCP or a Unix socket: a connection a question,
 * bytes in pieces that each say their length (INSTREAM). Whatever goes wrong with it is no verdict, and never a good one.
 */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Scanner, ScanVerdict } from '../domain/scanner.ts';

export type ClamdAddress = { readonly socket: string } | { readonly host: string; readonly port: number };

interface ClamdOptions {
  readonly address: ClamdAddress;
  /** Without a byte going either way; once it has all bytes, a while longer by their number. */
  readonly idleMsMax?: number;
  /** One that is fit for use says so within this time, also while it has a file; then it is asked as often. */
  readonly fitMsMax?: number;
}

const defaultIdleMsMax = 20_000;
/** A verdict may take the scanner long, once it has all bytes of a large file: two minutes for the largest. */
const scannedBytesPerMs = 2_000;
const defaultFitMsMax = 5_000;
const pieceBytesMax = 64 * 1024;
const answerBytesMax = 4 * 1024;
/** What clamd says where a stream is longer than its StreamMaxLength. */
const tooLong = /size limit exceeded/i;

export function createClamd({
  address,
  idleMsMax = defaultIdleMsMax,
  fitMsMax = defaultFitMsMax,
}: ClamdOptions): Scanner {
  const clamd: Scanner = {
    async scan(bytes) {
      // One that takes connections and says nothing is found out before it is sent anything.
      const asked = (await clamd.isUp()) ? await ask(address, idleMsMax) : null;
      if (asked === null) return { kind: 'away' };
      const { socket, answer } = asked;
      const watch = setInterval(() => void endWhereDown(socket, clamd), fitMsMax).unref();
      try {
        const sent = await sendStream(socket, bytes);
        socket.setTimeout(idleMsMax + Math.ceil(sent / scannedBytesPerMs));
        const said = await answer;
        // Its words about a stream that is too long are lost where it hangs up on bytes that it has not read.
        if (said === null && asked.isCutOff()) return { kind: (await clamd.isUp()) ? 'limit' : 'away' };
        return verdictOf(said);
      } finally {
        clearInterval(watch);
        socket.destroy();
      }
    },
    async isUp() {
      const asked = await ask(address, Math.min(idleMsMax, fitMsMax));
      if (asked === null) return false;
      asked.socket.write('zPING\0');
      const answer = await asked.answer;
      asked.socket.destroy();
      return answer === 'PONG';
    },
  };
  return clamd;
}

async function endWhereDown(socket: Socket, clamd: Scanner): Promise<void> {
  if (!(await clamd.isUp())) socket.destroy(new Error('the scanner says nothing'));
}

interface Asked {
  readonly socket: Socket;
  /** All that it says until it ends its side, without the closing zero; `null` where the connection failed. */
  readonly answer: Promise<string | null>;
  /** Whether the other side hung up on what was being sent to it. */
  isCutOff(): boolean;
}

async function ask(address: ClamdAddress, idleMsMax: number): Promise<Asked | null> {
  const socket = 'socket' in address ? connect(address.socket) : connect(address.port, address.host);
  // With an error, since whoever waits for the connection hears of nothing else.
  socket.setTimeout(idleMsMax, () => socket.destroy(new Error('the scanner says nothing')));
  const answer = answerOf(socket);
  let isCutOff = false;
  socket.on('error', (fault: NodeJS.ErrnoException) => {
    isCutOff ||= fault.code === 'ECONNRESET' || fault.code === 'EPIPE';
  });
  try {
    await once(socket, 'connect');
    return { socket, answer, isCutOff: () => isCutOff };
  } catch {
    socket.destroy();
    return null;
  }
}

function answerOf(socket: Socket): Promise<string | null> {
  return new Promise((resolve) => {
    let heard = '';
    let isWhole = false;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      heard = (heard + text).slice(0, answerBytesMax);
      isWhole ||= heard.includes('\0');
      if (isWhole) resolve(heard.slice(0, heard.indexOf('\0')));
    });
    // A fault is followed by the close, which says whether an answer came before it.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(null));
  });
}

/** Stops where the scanner does: it answers and hangs up in the middle of what is too long for it. Answers with the bytes sent. */
async function sendStream(socket: Socket, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let sent = 0;
  socket.write('zINSTREAM\0');
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += pieceBytesMax) {
      if (!socket.writable) return sent;
      const piece = chunk.subarray(at, at + pieceBytesMax);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(piece.length);
      socket.write(length);
      sent += piece.length;
      if (!socket.write(piece)) await drained(socket);
    }
  }
  if (socket.writable) socket.write(Buffer.alloc(4));
  return sent;
}

async function drained(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

/** `stream: OK`, or `stream: NAME FOUND`; anything else is no verdict. */
function verdictOf(answer: string | null): ScanVerdict {
  if (answer === null) return { kind: 'away' };
  if (answer === 'stream: OK') return { kind: 'clean' };
  const signature = /^stream: (.+) FOUND$/.exec(answer)?.[1];
  if (signature !== undefined) return { kind: 'infected', signature: signature.slice(0, 200) };
  return { kind: tooLong.test(answer) ? 'limit' : 'away' };
}
