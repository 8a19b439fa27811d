/** Handlers of policy versions: what was posted, the next one, and the back-test of a draft. */

import { operations } from '../contract/operations.ts';
import type { FieldProblem } from '../contract/problem.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { PolicyDocument } from '../domain/policy.ts';
import { policyProblems } from '../domain/policy-check.ts';
import type { Stores } from './ports.ts';
import { presentBacktest, presentPolicyVersion } from './present-policy-version.ts';
import type { DoorRefusal } from './problem.ts';
import { type Route, route } from './route.ts';

export function policyVersionRoutes({ policyVersions }: Pick<Stores, 'policyVersions'>): Route[] {
  return [
    route(operations.listPolicyVersions, {
      kind: 'read',
      handle: async ({ query: { limit, cursor } }) => {
        const found = await policyVersions.list({ limit, cursor: cursor ?? null });
        if (isRefusal(found)) return found;
        return { body: { items: found.items.map(presentPolicyVersion), next: found.next } };
      },
    }),
    route(operations.postPolicyVersion, {
      kind: 'direct',
      apply: async ({ principal, body: { effectiveAt, document }, at }, trx) => {
        const given = { effectiveAt: new Date(effectiveAt), document, by: principal.subjectId, at };
        const posted = await policyVersions.post(trx, given);
        return isRefusal(posted) ? told(posted, document) : { body: presentPolicyVersion(posted) };
      },
    }),
    route(operations.backtestPolicy, {
      kind: 'read',
      handle: async ({ body: { document } }) => {
        if (policyProblems(document).length > 0) return told({ refused: 'policy-contradicts' }, document);
        const result = await policyVersions.backtest(document);
        return isRefusal(result) ? result : { body: presentBacktest(result) };
      },
    }),
  ];
}

/** A refusal for contradictions names every one of them, where it stands. */
const told = (refusal: Refusal, document: PolicyDocument): DoorRefusal =>
  refusal.refused === 'policy-contradicts' ? { ...refusal, problems: contradictions(document) } : refusal;

const contradictions = (document: PolicyDocument): FieldProblem[] =>
  policyProblems(document).map(({ path, problem }) => ({
    pointer: `/document/${pointerOf(path)}`,
    expected: `expected a policy that agrees with itself; this ${problem}`,
  }));

/** A clause's id has a dot of its own. */
const pointerOf = (path: string): string => (path.match(/RP-\d\.\d[ab]?|[^.]+/g) ?? []).join('/');
