/** What the files say of the fault, with the lines that show it, beside what our own tests say. */

import { Button, Group, Skeleton, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslations } from 'use-intl';
import { FaultAlert } from '../parts/fault-text.tsx';
import { Instant } from '../parts/time.tsx';
import { useOpenTicket } from './open-ticket.tsx';
import { type Diagnosed, diagnosisQuery } from './queries.ts';
import { Detail, Section } from './section.tsx';

const HoursChart = lazy(async () => ({ default: (await import('./hours-chart.tsx')).HoursChart }));

const proofsShown = 3;

export function CaseDiagnosis() {
  const t = useTranslations('desk.diagnosis');
  const { ticket } = useOpenTicket();
  const { data, error } = useQuery(diagnosisQuery(ticket.id));
  return (
    <Section title={t('title')}>
      <FaultAlert fault={error} />
      {data && data.attempts === 0 && <Text size="sm">{t('nothingRead')}</Text>}
      {data && data.attempts > 0 && (
        <>
          <Found diagnosis={data} />
          <Classes classes={data.classes} />
          {Object.keys(data.hours).length > 1 && (
            <Suspense fallback={<Skeleton height={180} />}>
              <HoursChart hours={data.hours} probes={data.probes?.hours ?? {}} />
            </Suspense>
          )}
          <Groups name={t('byTarget')} groups={data.targets} />
          <Groups name={t('byEgress')} groups={data.egress} />
        </>
      )}
    </Section>
  );
}

function Found({ diagnosis: { attempts, failed, finding, probes } }: { diagnosis: Diagnosed }) {
  const t = useTranslations('desk.diagnosis');
  const labels = useTranslations('desk.label');
  return (
    <>
      <Detail name={t('attempts')}>{t('failedOf', { failed, attempts })}</Detail>
      <Detail name={t('cause')}>
        {finding.cause === null ? t('noCause') : labels(`cause.${finding.cause}`)}
        {finding.certainty !== null && ` (${labels(`certainty.${finding.certainty}`)})`}
      </Detail>
      {finding.unusable && (
        <Detail name={t('unusable')}>
          <Instant at={finding.unusable.from} /> – <Instant at={finding.unusable.until} />
        </Detail>
      )}
      {finding.missing.length > 0 && (
        <Detail name={t('missing')}>{finding.missing.map((each) => labels(`gap.${each}`)).join(', ')}</Detail>
      )}
      <Detail name={t('probes')}>
        {probes ? t('failedOf', { failed: probes.failed, attempts: probes.attempts }) : t('noProbes')}
      </Detail>
    </>
  );
}

function Classes({ classes }: { classes: Diagnosed['classes'] }) {
  const t = useTranslations('desk.diagnosis');
  const labels = useTranslations('desk.label');
  const { setPlace } = useOpenTicket();
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('class')}</Table.Th>
            <Table.Th>{t('cause')}</Table.Th>
            <Table.Th ta="end">{t('attempts')}</Table.Th>
            <Table.Th>{t('lines')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {classes.map((each) => (
            <Table.Tr key={`${each.class} ${each.vendor ?? ''}`}>
              <Table.Td>
                {labels(`class.${each.class}`)} {each.vendor}
              </Table.Td>
              <Table.Td>{each.cause === null ? '' : labels(`cause.${each.cause}`)}</Table.Td>
              <Table.Td ta="end" className="figures">
                {each.attempts}
              </Table.Td>
              <Table.Td>
                <Group gap={4}>
                  {each.proofs.slice(0, proofsShown).map((proof) => (
                    <Button
                      key={`${proof.evidenceId} ${proof.from}`}
                      size="compact-xs"
                      variant="default"
                      onClick={() => setPlace(proof)}
                    >
                      {t('line', { from: proof.from, until: proof.until })}
                    </Button>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Groups({ name, groups }: { name: string; groups: Diagnosed['targets'] }) {
  const t = useTranslations('desk.diagnosis');
  const entries = Object.entries(groups);
  if (entries.length === 0) return null;
  return (
    <Detail name={name}>
      {entries.map(([key, { failed, attempts }]) => (
        <div key={key}>
          {key} · {t('failedOf', { failed, attempts })}
        </div>
      ))}
    </Detail>
  );
}
