/** A request while it is filled in: what was chosen and typed, what is still missing, and what is sent in the end. Pure. */

import type { FaultKind } from '../../domain/policy.ts';
import type { Schemas } from '../api/client.ts';
import { emptyNetwork, isNetworkEmpty, type NetworkDraft, networkOf } from './network-draft.ts';
import type { Order } from './orders-query.ts';

export type Method = Order['tenders'][number]['method'];

export interface WizardForm {
  readonly orderRef: string | null;
  readonly method: Method | null;
  readonly fault: FaultKind | null;
  readonly network: NetworkDraft;
  readonly description: string;
}

export const emptyForm = (): WizardForm => ({
  orderRef: null,
  method: null,
  fault: null,
  network: emptyNetwork(),
  description: '',
});

export const isUntouched = ({ orderRef, fault, description, network }: WizardForm): boolean =>
  orderRef === null && fault === null && description === '' && isNetworkEmpty(network);

export const partIds = ['order', 'fault', 'network', 'files', 'description'] as const;

export type PartId = (typeof partIds)[number];

/** What was refused at sign-in, or is of another kind, is found without the hosts that were asked for. */
export const asksNetwork = (fault: FaultKind | null): boolean =>
  fault !== null && fault !== 'other' && fault !== 'authentication';

/** The parts that this request has, and whether each is there. */
export function partsOf(form: WizardForm, filesReceived: number, nowMs: number): { id: PartId; isThere: boolean }[] {
  const isThere = {
    order: form.orderRef !== null && form.method !== null,
    fault: form.fault !== null,
    network: networkOf(form.network, nowMs) !== null,
    files: filesReceived > 0,
    description: form.description.trim() !== '',
  };
  return partIds
    .filter((id) => id !== 'network' || asksNetwork(form.fault))
    .map((id) => ({ id, isThere: isThere[id] }));
}

interface Asking {
  readonly orderRef: string;
  readonly paymentMethod: Method;
  readonly fault: FaultKind;
  readonly description: string;
  readonly uploadIds: string[];
  readonly networkContext?: Schemas['NetworkContext'];
}

/** What is sent; `null` while it cannot be. */
export function askingOf(form: WizardForm, uploadIds: string[], nowMs: number): Asking | null {
  const { orderRef, method, fault } = form;
  const description = form.description.trim();
  if (orderRef === null || method === null || fault === null || description === '') return null;
  const networkContext = asksNetwork(fault) ? networkOf(form.network, nowMs) : null;
  return {
    orderRef,
    paymentMethod: method,
    fault,
    description,
    uploadIds,
    ...(networkContext === null ? {} : { networkContext }),
  };
}
