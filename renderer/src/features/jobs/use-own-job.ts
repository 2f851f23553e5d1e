import { useCallback, useEffect, useRef, useState } from 'react';
import type { JobDetail } from '../../../../shared/contract/jobs.ts';
import { handledJobs } from './handled.ts';
import { useJob } from './use-job.ts';

export interface OwnJob {
  /** Null before one was begun. */
  readonly id: string | null;
  /** Null before its first word. */
  readonly job: JobDetail | null;
  /** Follows this one from now on; null: none. */
  readonly own: (id: string | null) => void;
}

/** A job that is begun here: its failure is said here for as long as here is on screen, and by the tray afterwards. */
export function useOwnJob(): OwnJob {
  const [id, setId] = useState<string | null>(null);
  const isHere = useRef(false);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  useEffect(() => {
    if (id === null) return undefined;
    return () => void handledJobs.delete(id);
  }, [id]);
  const own = useCallback((next: string | null) => {
    // The answer may have come when nobody was here any more.
    if (!isHere.current) return;
    // At once: it may have failed before the next draw.
    if (next !== null) handledJobs.add(next);
    setId(next);
  }, []);
  return { id, job: useJob(id), own };
}
