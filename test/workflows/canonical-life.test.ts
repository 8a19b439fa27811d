/** What the canonical life may cost in Temporal, counted and not timed, so that it holds on any machine. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { castOf } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { quickClock } from '../environment/tour-access.ts';
import * as ways from './ways.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk({ environment: quickClock(2) });
});

afterAll(() => desk.close());

const budget = { events: 72, stateTransitions: 20, bytes: 16 * 1024 };

test('RP-2.4a: a refund after 15 days unfixed fits its budget of events, state transitions and bytes', async () => {
  const { ticketId } = await ways.canonical(desk, await castOf(desk));
  const { raw } = await desk.temporal.client.workflow.getHandle(`ticket/${ticketId}`).describe();
  const cost = {
    events: Number(raw.workflowExecutionInfo?.historyLength),
    stateTransitions: Number(raw.workflowExecutionInfo?.stateTransitionCount),
    bytes: Number(raw.workflowExecutionInfo?.historySizeBytes),
  };
  expect(cost.events).toBeGreaterThan(30);
  const over = Object.entries(budget).filter(([what, most]) => !(cost[what as keyof typeof cost] <= most));
  expect({ cost, over }).toEqual({ cost, over: [] });
});
