/**
 * The files that someone is handing in: each on its way by itself, goes on by itself when the network is back, and by a
 * button where that does not help.
 */

import { useCallback, useEffect, useRef, useState } from 'react';
import { newKey, ProblemError, Unreachable } from '../api/client.ts';
import { announceFile, isOffsetRefusal, readUpload, sendBytes, type Upload, type UploadAim } from '../api/uploads.ts';

export interface FileOnItsWay {
  readonly id: string;
  readonly file: File;
  /** cut: the network is away, or the session is over; it goes on from its offset. */
  readonly state: 'preparing' | 'sending' | 'cut' | 'received' | 'refused';
  readonly offset: number;
  /** What the desk says of it, once it was announced. */
  readonly upload: Upload | null;
  readonly fault: unknown;
}

interface Running {
  readonly key: string;
  readonly abort: AbortController;
}

const isRefusal = (fault: unknown): boolean =>
  fault instanceof ProblemError &&
  fault.problem.status < 500 &&
  !['not-signed-in', 'too-many-requests'].includes(fault.problem.id);

type Change = (id: string, change: Partial<FileOnItsWay>) => void;

/** Takes one file as far as it comes now. */
async function carry(item: FileOnItsWay, aim: UploadAim, { key, abort }: Running, change: Change): Promise<void> {
  const { id, file } = item;
  try {
    change(id, { state: item.upload ? 'sending' : 'preparing', fault: null });
    let upload = item.upload ? await readUpload(item.upload.uploadId) : await announceFile(file, aim, key);
    change(id, { upload, offset: upload.offset, state: 'sending' });
    if (upload.state === 'receiving') {
      const sending = { uploadId: upload.uploadId, file, offset: upload.offset, signal: abort.signal };
      await sendBytes({ ...sending, onOffset: (offset) => change(id, { offset }) });
      upload = await readUpload(upload.uploadId);
    }
    change(id, { upload, offset: upload.offset, state: upload.state === 'refused' ? 'refused' : 'received' });
  } catch (fault) {
    if (abort.signal.aborted) return;
    change(id, { state: isRefusal(fault) && !isOffsetRefusal(fault) ? 'refused' : 'cut', fault });
  }
}

export function useUploads(aim: UploadAim) {
  const [files, setFiles] = useState<readonly FileOnItsWay[]>([]);
  const running = useRef(new Map<string, Running>());
  const change = useCallback<Change>((id, given) => {
    setFiles((former) => former.map((item) => (item.id === id ? { ...item, ...given } : item)));
  }, []);
  const { ticketId, orderRef } = aim;
  const start = useCallback(
    (item: FileOnItsWay) => {
      const former = running.current.get(item.id);
      former?.abort.abort();
      const own = { key: former?.key ?? newKey(), abort: new AbortController() };
      running.current.set(item.id, own);
      const to = { ...(ticketId === undefined ? {} : { ticketId }), ...(orderRef === undefined ? {} : { orderRef }) };
      void carry(item, to, own, change);
    },
    [change, ticketId, orderRef],
  );
  const add = (given: readonly File[]) => {
    const fresh = given.map((file): FileOnItsWay => {
      return { id: newKey(), file, state: 'preparing', offset: 0, upload: null, fault: null };
    });
    setFiles((former) => [...former, ...fresh]);
    for (const item of fresh) start(item);
  };
  const removeFile = (id: string) => {
    running.current.get(id)?.abort.abort();
    running.current.delete(id);
    setFiles((former) => former.filter((item) => item.id !== id));
  };
  useGoOn(files, start);
  return { files, add, resume: start, remove: removeFile, clear: () => setFiles([]) };
}

export type Uploads = ReturnType<typeof useUploads>;

/** When the network is back, whatever it cut goes on. */
function useGoOn(files: readonly FileOnItsWay[], start: (item: FileOnItsWay) => void): void {
  useEffect(() => {
    const goOn = () => {
      for (const item of files) if (item.state === 'cut' && item.fault instanceof Unreachable) start(item);
    };
    window.addEventListener('online', goOn);
    return () => window.removeEventListener('online', goOn);
  }, [files, start]);
}

/** Ids of what may join a ticket now: all its bytes are there. */
export const receivedIds = (files: readonly FileOnItsWay[]): string[] =>
  files.flatMap(({ state, upload }) => (state === 'received' && upload !== null ? [upload.uploadId] : []));

export const areOnTheirWay = (files: readonly FileOnItsWay[]): boolean =>
  files.some(({ state }) => state === 'preparing' || state === 'sending' || state === 'cut');
