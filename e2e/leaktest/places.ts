/** The networks of the leak test's world, and what everybody in it is given of the machine. */
export const VAULT = { name: 'vault', v4: '10.240.1', v6: 'fd00:240:1:' } as const;
export const FRONT = { name: 'front', v4: '10.240.2', v6: 'fd00:240:2:' } as const;

/** The programs of the machine: the image has no Perl. `SOURCE:TARGET[:ro]`. */
export function bindsOf(folder: string): string[] {
  return ['/usr:/usr:ro', '/usr/lib:/lib:ro', '/usr/lib64:/lib64:ro', '/etc/perl:/etc/perl:ro', `${folder}:/leak`];
}
