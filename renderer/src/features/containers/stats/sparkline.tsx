import type { ReactElement } from 'react';
import { SAMPLES_SHOWN } from './stats-store.ts';

const WIDTH = 56;
const HEIGHT = 20;

/** The last minute as a line.  The number beside it says the same, so it is drawn for the eye alone. */
export function Sparkline(props: { readonly values: readonly number[]; readonly most: number }): ReactElement {
  const { values } = props;
  const most = Math.max(props.most, ...values, Number.MIN_VALUE);
  const step = WIDTH / (SAMPLES_SHOWN - 1);
  const first = SAMPLES_SHOWN - values.length;
  const points = values
    .map((value, at) => {
      const [x, y] = [(first + at) * step, HEIGHT - 1 - (value / most) * (HEIGHT - 2)];
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
  return (
    <svg className="sparkline" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
      <polyline points={points} />
    </svg>
  );
}
