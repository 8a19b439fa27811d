/** Sign-in: customers by a mailed code, staff by password and, where they have one, the code of their device. */

import { Button, Checkbox, PasswordInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { sendCode, signInByCode, signInByDevice, signInByPassword } from '../api/session.ts';
import { FaultAlert } from './fault-text.tsx';

type Step = 'address' | 'code' | 'password' | 'device';

interface SignInFormProps {
  onDone(): Promise<void>;
}

export function SignInForm({ onDone }: SignInFormProps) {
  const t = useTranslations('signIn');
  const [step, setStep] = useState<Step>('address');
  const [fields, setFields] = useState({ email: '', code: '', password: '', device: '', remember: false });
  const set = (change: Partial<typeof fields>) => setFields((former) => ({ ...former, ...change }));
  const { mutate, error, isPending, reset } = useMutation({
    mutationFn: async () => {
      const next = await takeStep(step, fields);
      if (next === 'done') await onDone();
      else setStep(next);
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    mutate();
  };
  const choose = (next: Step) => {
    reset();
    setStep(next);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <SegmentedControl
          fullWidth
          aria-label={t('title')}
          value={step === 'password' || step === 'device' ? 'password' : 'address'}
          onChange={(value) => choose(value === 'password' ? 'password' : 'address')}
          data={[
            { value: 'address', label: t('customer') },
            { value: 'password', label: t('staff') },
          ]}
        />
        {step !== 'device' && (
          <TextInput
            type="email"
            name="email"
            required
            autoComplete="username"
            label={t('email')}
            value={fields.email}
            readOnly={step === 'code'}
            onChange={({ currentTarget }) => set({ email: currentTarget.value })}
          />
        )}
        <StepFields step={step} fields={fields} set={set} />
        {step !== 'address' && step !== 'device' && (
          <Checkbox
            label={t('remember')}
            checked={fields.remember}
            onChange={({ currentTarget }) => set({ remember: currentTarget.checked })}
          />
        )}
        <FaultAlert fault={error} />
        <Button type="submit" loading={isPending}>
          {t(step === 'address' ? 'sendCode' : 'submit')}
        </Button>
        {step === 'code' && (
          <Button variant="subtle" onClick={() => choose('address')}>
            {t('otherEmail')}
          </Button>
        )}
      </Stack>
    </form>
  );
}

interface Fields {
  readonly email: string;
  readonly code: string;
  readonly password: string;
  readonly device: string;
  readonly remember: boolean;
}

/** Takes what was filled in, and tells which step is next. */
async function takeStep(step: Step, fields: Fields): Promise<Step | 'done'> {
  switch (step) {
    case 'address':
      await sendCode(fields.email);
      return 'code';
    case 'code':
      await signInByCode(fields.email, fields.code.replaceAll(/\D/g, ''), fields.remember);
      return 'done';
    case 'password': {
      const outcome = await signInByPassword(fields.email, fields.password, fields.remember);
      return outcome === 'second-factor' ? 'device' : 'done';
    }
    case 'device':
      await signInByDevice(fields.device.replaceAll(/\D/g, ''));
      return 'done';
  }
}

function StepFields({ step, fields, set }: { step: Step; fields: Fields; set(change: Partial<Fields>): void }) {
  const t = useTranslations('signIn');
  if (step === 'code')
    return (
      <>
        <Text size="sm" role="status">
          {t('codeSent', { email: fields.email })}
        </Text>
        <TextInput
          name="code"
          required
          autoFocus
          inputMode="numeric"
          autoComplete="one-time-code"
          label={t('code')}
          value={fields.code}
          onChange={({ currentTarget }) => set({ code: currentTarget.value })}
        />
      </>
    );
  if (step === 'password')
    return (
      <PasswordInput
        name="password"
        required
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
        label={t('password')}
        value={fields.password}
        onChange={({ currentTarget }) => set({ password: currentTarget.value })}
      />
    );
  if (step === 'device')
    return (
      <TextInput
        name="device"
        required
        autoFocus
        inputMode="numeric"
        autoComplete="one-time-code"
        label={t('device')}
        description={t('deviceHint')}
        value={fields.device}
        onChange={({ currentTarget }) => set({ device: currentTarget.value })}
      />
    );
  return null;
}
