/** The first step: which order it is about, and which of its payments should go back. */

import { Anchor, Button, Group, NativeSelect, Paper, Radio, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { Amount } from '../parts/money.tsx';
import { EmptyState, FaultState, LoadingPage } from '../parts/states.tsx';
import { Day } from '../parts/time.tsx';
import styles from './choice.module.css';
import { type Order, ordersQuery } from './orders-query.ts';
import { toRequest } from './to-request.tsx';
import type { WizardForm } from './wizard-form.ts';

interface StepProps {
  form: WizardForm;
  set(change: Partial<WizardForm>): void;
}

export function OrderChoice({ form, set }: StepProps) {
  const t = useTranslations('portal.wizard');
  const common = useTranslations('common');
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(ordersQuery);
  if (!data) return error ? <FaultState fault={error} onRetry={() => void refetch()} /> : <LoadingPage />;
  const orders = data.pages.flatMap(({ items }) => items);
  if (orders.length === 0) return <EmptyState title={t('noOrders')}>{t('noOrdersHint')}</EmptyState>;
  const choose = (order: Order) => set({ orderRef: order.ref, method: order.tenders[0]?.method ?? null });
  return (
    <Stack gap="md">
      <Radio.Group
        label={t('order')}
        value={form.orderRef ?? ''}
        onChange={(ref) => {
          const order = orders.find((each) => each.ref === ref);
          if (order) choose(order);
        }}
      >
        <Stack gap="sm" mt="sm">
          {orders.map((order) => (
            <OrderCard key={order.id} order={order} isChosen={form.orderRef === order.ref} />
          ))}
        </Stack>
      </Radio.Group>
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {common('showMore')}
        </Button>
      )}
      <MethodChoice order={orders.find(({ ref }) => ref === form.orderRef)} form={form} set={set} />
    </Stack>
  );
}

function OrderCard({ order, isChosen }: { order: Order; isChosen: boolean }) {
  const t = useTranslations('portal.wizard');
  const facts = (
    <Stack gap={2}>
      <Text fw={600}>{order.plan.name}</Text>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {t.rich('bought', { ref: order.ref, day: () => <Day at={order.purchasedAt} /> })}
      </Text>
    </Stack>
  );
  return (
    <Paper withBorder p="md" className={styles['choice']} data-chosen={isChosen}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        {order.openTicketId === null ? (
          <Radio value={order.ref} label={facts} classNames={{ label: styles['label'] ?? '' }} />
        ) : (
          <Stack gap={4}>
            {facts}
            <Anchor size="sm" renderRoot={toRequest(order.openTicketId)}>
              {t('hasTicket')}
            </Anchor>
          </Stack>
        )}
        <Stack gap={2} align="flex-end">
          {order.tenders.map(({ method, amount }) => (
            <Text key={method} size="sm" fw={500}>
              <Amount money={amount} />
            </Text>
          ))}
        </Stack>
      </Group>
    </Paper>
  );
}

/** Only where more than one way paid for it. */
function MethodChoice({ order, form, set }: StepProps & { order: Order | undefined }) {
  const t = useTranslations('portal.wizard');
  const labels = useTranslations('labels.method');
  const methods = [...new Set(order?.tenders.map(({ method }) => method))];
  if (methods.length < 2) return null;
  return (
    <NativeSelect
      label={t('method')}
      description={t('methodHint')}
      value={form.method ?? ''}
      data={methods.map((method) => ({ value: method, label: labels(method) }))}
      onChange={({ currentTarget }) => set({ method: methods.find((each) => each === currentTarget.value) ?? null })}
    />
  );
}
