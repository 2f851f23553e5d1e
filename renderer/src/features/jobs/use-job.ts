import { useEffect, useState } from 'react';
import type { JobDetail } from '../../../../shared/contract/jobs.ts';
import { useClient } from '../../lib/client-context.tsx';

/** Everything a job tells, until it ends; null before the first word, and when it was forgotten. */
export function useJob(id: string | null): JobDetail | null {
  const client = useClient();
  const [job, setJob] = useState<JobDetail | null>(null);
  useEffect(() => {
    if (id === null) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const read = async (): Promise<void> => {
      try {
        for await (const next of await client.jobs.follow({ id }, { signal })) if (!signal.aborted) setJob(next);
      } catch {
        // Forgotten, or the core is lost: the list tells.
      }
    };
    void read();
    return () => controller.abort();
  }, [client, id]);
  return job?.id === id ? job : null;
}
