/** The desk before a ticket is chosen. */

import { createFileRoute } from '@tanstack/react-router';
import { ChooseTicket } from '../desk/queue-pane.tsx';

export const Route = createFileRoute('/desk/')({ component: ChooseTicket });
