/** The technical finding (RP-4.2), begun from what the files and our own tests show. */

import { Checkbox, Select, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { noteCharactersMax } from '../../domain/limits.ts';
import { reviewCauses } from '../../domain/review.ts';
import { answerOf, post } from '../api/client.ts';
import { useTicketWrite } from '../portal/ticket-write.tsx';
import { FormFrame } from './form-frame.tsx';
import { useOpenTicket } from './open-ticket.tsx';
import { type Proposed, proposalQuery } from './queries.ts';

type Suggestion = NonNullable<Proposed['suggestion']>;
type Cause = Suggestion['review']['cause'];

interface Fields {
  readonly cause: Cause | null;
  readonly finding: string;
  readonly persistent: 'yes' | 'no' | 'unknown';
  readonly sellerMistake: boolean;
}

const isCause = (text: string | null): text is Cause => reviewCauses.some((cause) => cause === text);

const beginning = (suggestion: Suggestion | null): Fields => ({
  cause: suggestion?.review.cause ?? null,
  finding: '',
  persistent:
    suggestion?.review.persistent === true ? 'yes' : suggestion?.review.persistent === false ? 'no' : 'unknown',
  sellerMistake: suggestion?.review.sellerMistake ?? false,
});

/** What was found, as the API takes it; a finding of another cause than the files show overrules them. */
function bodyOf(fields: Fields & { cause: Cause }, suggestion: Suggestion | null) {
  const shown = suggestion?.diagnosis?.cause ?? null;
  return {
    cause: fields.cause,
    finding: fields.finding,
    sellerMistake: fields.sellerMistake,
    ...(fields.persistent === 'unknown' ? {} : { persistent: fields.persistent === 'yes' }),
    ...(shown === null ? {} : { diagnosis: shown === fields.cause ? ('confirmed' as const) : ('overruled' as const) }),
    ...(suggestion && suggestion.review.lost.length > 0 && fields.cause === 'seller'
      ? { lost: suggestion.review.lost }
      : {}),
  };
}

export function ReviewForm() {
  const { ticket } = useOpenTicket();
  const { data } = useQuery(proposalQuery(ticket.id));
  return data ? <ReviewFields suggestion={data.suggestion} /> : null;
}

function ReviewFields({ suggestion }: { suggestion: Suggestion | null }) {
  const t = useTranslations('desk.review');
  const causes = useTranslations('desk.label.cause');
  const { ticket, setForm } = useOpenTicket();
  const [fields, setFields] = useState(() => beginning(suggestion));
  const set = (change: Partial<Fields>) => setFields((former) => ({ ...former, ...change }));
  const { write, isPending, fate } = useTicketWrite(
    ticket.id,
    (body: ReturnType<typeof bodyOf>, headers) =>
      answerOf(
        post('/v1/tickets/{ticketId}/review', { params: { path: { ticketId: ticket.id }, header: headers }, body }),
      ),
    () => setForm(null),
  );
  const { cause } = fields;
  const shown = suggestion?.diagnosis?.cause ?? null;
  const overrules = shown !== null && cause !== null && shown !== cause;
  return (
    <FormFrame
      label={t('submit')}
      isPending={isPending}
      fate={fate}
      onSend={() => {
        if (cause !== null) write(bodyOf({ ...fields, cause }, suggestion));
      }}
    >
      <Select
        autoFocus
        required
        label={t('cause')}
        description={
          shown === null ? t('nothingShown') : t(overrules ? 'overrules' : 'shown', { cause: causes(shown) })
        }
        data={reviewCauses.map((value) => ({ value, label: causes(value) }))}
        value={cause}
        onChange={(value) => {
          if (isCause(value)) set({ cause: value });
        }}
      />
      <Textarea
        required
        label={t(overrules ? 'findingOverruling' : 'finding')}
        autosize
        minRows={2}
        maxLength={noteCharactersMax}
        value={fields.finding}
        onChange={({ currentTarget }) => set({ finding: currentTarget.value })}
      />
      <Select
        label={t('persistent')}
        allowDeselect={false}
        data={(['yes', 'no', 'unknown'] as const).map((value) => ({ value, label: t(`persistence.${value}`) }))}
        value={fields.persistent}
        onChange={(value) => set({ persistent: value === 'yes' || value === 'no' ? value : 'unknown' })}
      />
      <Checkbox
        label={t('sellerMistake')}
        checked={fields.sellerMistake}
        onChange={({ currentTarget }) => set({ sellerMistake: currentTarget.checked })}
      />
    </FormFrame>
  );
}
