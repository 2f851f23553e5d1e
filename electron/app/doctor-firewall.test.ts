import { expect, it } from 'vitest';
import { filtered, iptables, sketch } from '../../shared/reachability/fixtures.ts';
import { firewallFinding } from './doctor-firewall.ts';

const world = (firewall: ReturnType<typeof filtered> | null): ReturnType<typeof sketch> =>
  sketch({ engine: { firewall }, containers: { web: 'front', db: 'back' } });

it.each([
  { says: 'nothing was read', firewall: null, level: 'warn', detail: /could not be read/ },
  { says: 'there is nothing', firewall: filtered(iptables()), level: 'ok', detail: /There are none/ },
  {
    says: 'what there is changes nothing',
    firewall: filtered(iptables('-A FORWARD -i other0 -j DROP')),
    level: 'ok',
    detail: /change no pair/,
  },
  {
    says: 'a rule stops some pairs',
    firewall: filtered(iptables('-A FORWARD -i br-front -o eth0 -j DROP')),
    level: 'info',
    detail: /stops 2: iptables: -A FORWARD -i br-front -o eth0 -j DROP/,
  },
  {
    says: 'a rule cannot be evaluated',
    firewall: filtered(iptables(), { db: iptables('-A INPUT -m u32 --u32 0 -j DROP') }),
    level: 'warn',
    detail: /leaves unknown 4: iptables: -A INPUT -m u32/,
  },
])('says when $says', ({ firewall, level, detail }) => {
  expect(firewallFinding(world(firewall))).toMatchObject({
    id: 'firewall',
    level,
    detail: expect.stringMatching(detail) as string,
  });
});
