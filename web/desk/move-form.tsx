/** The form of a move: what it needs, with what the case suggests filled in. A refusal leaves it as it was. */

import { Paper } from '@mantine/core';
import { AskForm } from './ask-form.tsx';
import { DecideForm } from './decide-form.tsx';
import type { Form } from './open-ticket.tsx';
import { ReviewForm } from './review-form.tsx';
import { ConfirmForm, FixForm, GroundForm, HoldForm, KycForm } from './short-forms.tsx';

export function MoveForm({ form }: { form: Form }) {
  return (
    <Paper withBorder p="sm" mt="sm">
      <FormOf form={form} />
    </Paper>
  );
}

function FormOf({ form }: { form: Form }) {
  switch (form) {
    case 'recordReview':
      return <ReviewForm />;
    case 'requestInformation':
      return <AskForm />;
    case 'reportRemediation':
      return <FixForm />;
    case 'decideTicket':
      return <DecideForm />;
    case 'confirmDecision':
      return <ConfirmForm />;
    case 'placeHold':
      return <HoldForm />;
    case 'recordKyc':
      return <KycForm />;
    case 'reopenTicket':
      return <GroundForm />;
  }
}
