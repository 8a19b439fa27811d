/** A link to a request, drawn as whatever asks for it. */

import { Link } from '@tanstack/react-router';

export const toRequest = (ticketId: string) => (props: object) => (
  <Link to="/requests/$ticketId" params={{ ticketId }} {...props} />
);
