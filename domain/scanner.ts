/** The port of a scanner for malware (E2). Pure. */

export type ScanVerdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'infected'; readonly signature: string }
  /** No verdict came; asked again later. */
  | { readonly kind: 'away' }
  /** It takes no file of this size, however often it is asked. */
  | { readonly kind: 'limit' };

export interface Scanner {
  /** Never throws for the scanner's faults; what the bytes' source throws passes through. */
  scan(bytes: AsyncIterable<Uint8Array>): Promise<ScanVerdict>;
  /** Whether it answers now. */
  isUp(): Promise<boolean>;
}
