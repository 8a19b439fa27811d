/** What comes to a sandbox as multipart, its bytes each as one sign (see `sandbox-server.ts`). */

export interface UploadPart {
  readonly name: string;
  /** `null` of a plain field. */
  readonly fileName: string | null;
  readonly bytes: Buffer;
}

export function partsOfUpload(latin1: string): UploadPart[] {
  const [boundary = ''] = latin1.split('\r\n', 1);
  return latin1
    .split(boundary)
    .slice(1, -1)
    .map((part) => {
      const [head = '', ...body] = part.split('\r\n\r\n');
      const [, name = ''] = /name="([^"]*)"/.exec(head) ?? [];
      const [, fileName = null] = /filename="([^"]*)"/.exec(head) ?? [];
      return { name, fileName, bytes: Buffer.from(body.join('\r\n\r\n').replace(/\r\n$/, ''), 'latin1') };
    });
}
