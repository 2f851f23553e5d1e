/** Who passes data to whom through one volume: the data layer of the matrix, for that volume alone. */
import type { VolumeUser } from '../../../../shared/contract/volumes.ts';

export interface Flow {
  readonly from: VolumeUser;
  readonly to: VolumeUser;
}

/** Whoever writes reaches everybody else who has it; one that has it twice counts once, as writing where one way writes. */
export function flowsOf(users: readonly VolumeUser[]): readonly Flow[] {
  const byId = new Map<string, VolumeUser>();
  for (const user of users) {
    const known = byId.get(user.id);
    if (!known || (user.writable && !known.writable)) byId.set(user.id, user);
  }
  const all = [...byId.values()];
  return all
    .filter(({ writable }) => writable)
    .flatMap((from) => all.filter(({ id }) => id !== from.id).map((to) => ({ from, to })));
}
