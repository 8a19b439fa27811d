/** The contract types its clients: what may be sent and what comes back is known when a client is compiled. */

import { test } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import type { AnswerOf, BodyOf, ParamsOf, RequestBodyOf } from '../../contract/operation.ts';
import type { operations } from '../../contract/operations.ts';

type Operations = typeof operations;

test('a client is told the types of requests and answers', () => {
  expectTypeOf<RequestBodyOf<Operations['postMessage']>>().toEqualTypeOf<{ text: string }>();
  expectTypeOf<ParamsOf<Operations['getPayout']>>().toEqualTypeOf<{ payoutId: string }>();
  expectTypeOf<RequestBodyOf<Operations['createTicket']>['uploadIds']>().toEqualTypeOf<string[] | undefined>();
  expectTypeOf<BodyOf<Operations['createTicket']>['uploadIds']>().toEqualTypeOf<string[]>();
  expectTypeOf<AnswerOf<Operations['stopPayouts']>>().toEqualTypeOf<{
    stopped: boolean;
    ground: string | null;
    stoppedAt: string | null;
  }>();
  expectTypeOf<RequestBodyOf<Operations['getTicket']>>().toEqualTypeOf<undefined>();
});
