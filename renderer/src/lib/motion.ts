/** Whether the person asked their system for less motion: what changes place then is shown where it comes to rest. */
export function isStill(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
