/** Roles of people and systems at the desk; what each may do is declared in `api/abilities.ts`. */

export const roles = ['customer', 'agent', 'lead', 'finance', 'admin', 'privacy', 'service'] as const;

export type Role = (typeof roles)[number];

/** What a member of an account may do for it (PK-3.1): owners and requesters ask for refunds, viewers look. */
export const memberRights = ['owner', 'requester', 'viewer'] as const;

export type MemberRight = (typeof memberRights)[number];

/** Roles whose looks at a customer's data are recorded (PV-1.2). */
export const staffRoles: readonly Role[] = ['agent', 'lead', 'finance', 'admin', 'privacy'];
