/** The typed client as the page sees it.  The carrier behind it (MessagePort or WebSocket) is injected. */
import type { ContractRouterClient } from '@orpc/contract';
import { createContext, useContext, type ReactElement, type ReactNode } from 'react';
import type { contract } from '../../../shared/contract/contract.ts';

export type Client = ContractRouterClient<typeof contract>;

const ClientContext = createContext<Client | null>(null);

export function ClientProvider(props: { readonly client: Client; readonly children: ReactNode }): ReactElement {
  return <ClientContext value={props.client}>{props.children}</ClientContext>;
}

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('useClient needs a ClientProvider above it');
  return client;
}
