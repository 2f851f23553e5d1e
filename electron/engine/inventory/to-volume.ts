/** One volume of `GET /volumes` or `GET /volumes/{name}`. */
import type { Volume } from '../../../shared/topology/model.ts';
import { objectOf, textMapOf, textOf } from './json.ts';

/** @returns null when it is no volume at all (no name). */
export function toVolume(json: unknown): Volume | null {
  const root = objectOf(json);
  const name = textOf(root['Name']);
  if (name === '') return null;
  return {
    name,
    driver: textOf(root['Driver']),
    mountpoint: textOf(root['Mountpoint']),
    options: textMapOf(root['Options']),
    labels: textMapOf(root['Labels']),
  };
}
