/** What is typed into the form for a network, and what is asked of the engine then. */
import type { CreateNetwork } from '../../../../shared/contract/networks.ts';

export interface NetworkForm {
  readonly name: string;
  readonly driver: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly range: string;
  readonly subnet6: string;
  /** Of macvlan and ipvlan. */
  readonly parent: string;
  readonly internal: boolean;
  readonly ipv6: boolean;
  readonly icc: boolean;
  readonly attachable: boolean;
  /** `name=value`, one a line. */
  readonly options: string;
  readonly labels: string;
}

export const EMPTY_NETWORK: NetworkForm = {
  name: '',
  driver: 'bridge',
  subnet: '',
  gateway: '',
  range: '',
  subnet6: '',
  parent: '',
  internal: false,
  ipv6: false,
  icc: true,
  attachable: false,
  options: '',
  labels: '',
};

/** Fields that the driver does not know are left out, whatever was typed into them before. */
export function specOf(form: NetworkForm, pairsOf: (text: string) => Record<string, string>): CreateNetwork {
  const { driver, internal, ipv6 } = form;
  const [subnet, gateway, range, subnet6, parent] = [
    form.subnet.trim(),
    form.gateway.trim(),
    form.range.trim(),
    form.subnet6.trim(),
    form.parent.trim(),
  ];
  const isOnParent = driver === 'macvlan' || driver === 'ipvlan';
  return {
    name: form.name.trim(),
    driver,
    subnets: [
      ...(subnet === '' ? [] : [{ subnet, ...(gateway ? { gateway } : {}), ...(range ? { range } : {}) }]),
      ...(ipv6 && subnet6 !== '' ? [{ subnet: subnet6 }] : []),
    ],
    internal,
    attachable: driver === 'overlay' && form.attachable,
    ipv6,
    // The engine's own default is not asked for: it would stay in the options for good.
    ...(driver === 'bridge' && !form.icc ? { icc: false } : {}),
    options: { ...pairsOf(form.options), ...(isOnParent && parent !== '' ? { parent } : {}) },
    labels: pairsOf(form.labels),
  };
}
