/** A mail as the catcher keeps it, and the ways in which the catcher can be told to fail. Types and names only. */

export interface CaughtMail {
  readonly id: string;
  readonly receivedAt: string;
  /** The envelope's recipients: where the mail really went. */
  readonly to: readonly string[];
  readonly from: string;
  readonly subject: string;
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly html: string;
  readonly raw: string;
}

/**
 * reject4xx: the recipient is refused for now. drop-after-data: the mail is kept, but the connection ends before that
 * is said. down: the connection ends before anything is said.
 */
export const mailFaults = ['reject4xx', 'drop-after-data', 'down'] as const;

export type MailFault = (typeof mailFaults)[number];
