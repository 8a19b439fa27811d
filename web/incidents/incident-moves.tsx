/** What may be done with an incident, and what each does, said before it is done. What may not says why. */

import { Button, Group, List, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { incidentMoves } from '../../domain/incident.ts';
import { groundCharactersMax } from '../../domain/limits.ts';
import { instantAt } from '../../domain/zoned-time.ts';
import { answerOf, post } from '../api/client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FaultAlert } from '../parts/fault-text.tsx';
import type { Incident } from './queries.ts';
import { useIncidentWrite } from './use-incident-write.ts';

const moves = ['confirm', 'resolve', 'retract'] as const;
type Move = (typeof moves)[number];

const operationOf = { confirm: 'confirmIncident', resolve: 'resolveIncident', retract: 'retractIncident' } as const;

const isOpen = (move: Move, { state }: Incident): boolean => incidentMoves[move].from.some((from) => from === state);

export function IncidentMoves({ incident }: { incident: Incident }) {
  const t = useTranslations('incidents.move');
  const states = useTranslations('incidents.state');
  const { me } = useRouteContext({ from: '/incidents/$incidentId' });
  const [move, setMove] = useState<Move | null>(null);
  const own = moves.filter((each) => me.operations.includes(operationOf[each]));
  return (
    <div>
      <Group gap="xs">
        {own
          .filter((each) => isOpen(each, incident))
          .map((each) => (
            <Button key={each} variant={each === 'confirm' ? 'filled' : 'default'} onClick={() => setMove(each)}>
              {t(`name.${each}`)}
            </Button>
          ))}
      </Group>
      <List size="sm" mt="xs">
        {moves
          .filter((each) => !own.includes(each) || !isOpen(each, incident))
          .map((each) => (
            <List.Item key={each}>
              {own.includes(each)
                ? t('notNow', { move: t(`name.${each}`), state: states(incident.state) })
                : t('notYou', { move: t(`name.${each}`) })}
            </List.Item>
          ))}
      </List>
      {move && <MoveDialog incident={incident} move={move} onClose={() => setMove(null)} />}
    </div>
  );
}

/** As much of an instant as a field for day and minute takes. */
const minuteCharacters = 16;

function MoveDialog({ incident, move, onClose }: { incident: Incident; move: Move; onClose(): void }) {
  const t = useTranslations('incidents.move');
  const common = useTranslations('common');
  const [ground, setGround] = useState('');
  const [ended, setEnded] = useState(incident.until?.slice(0, minuteCharacters) ?? '');
  const until = instantAt(ended, 'UTC');
  const { mutate, isPending, error } = useIncidentWrite(
    incident.id,
    (
      { until: endedAt, ...given }: { version: number; ground: string; until: string | null },
      header,
    ): Promise<unknown> => {
      const params = { path: { incidentId: incident.id }, header };
      switch (move) {
        case 'confirm':
          return answerOf(post('/v1/incidents/{incidentId}/confirm', { params, body: given }));
        case 'resolve':
          return answerOf(
            post('/v1/incidents/{incidentId}/resolve', {
              params,
              body: { ...given, until: endedAt ?? '' },
            }),
          );
        case 'retract':
          return answerOf(post('/v1/incidents/{incidentId}/retract', { params, body: given }));
      }
    },
    onClose,
  );
  return (
    <Dialog opened onClose={onClose} title={t(`name.${move}`)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (move !== 'resolve' || until !== null) mutate({ version: incident.version, ground, until });
        }}
      >
        <Stack>
          <Text size="sm">{t(`effect.${move}`)}</Text>
          {move === 'resolve' && (
            <TextInput
              required
              type="datetime-local"
              label={t('ended')}
              value={ended}
              onChange={({ currentTarget }) => setEnded(currentTarget.value)}
            />
          )}
          <Textarea
            required
            data-autofocus
            label={t('ground')}
            maxLength={groundCharactersMax}
            value={ground}
            onChange={({ currentTarget }) => setGround(currentTarget.value)}
          />
          <FaultAlert fault={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common('cancel')}
            </Button>
            <Button type="submit" loading={isPending}>
              {t(`name.${move}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
