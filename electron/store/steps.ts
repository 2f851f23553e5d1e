/**
 * The moments between which a change of the policy can be cut off, in their order.  Whoever passes a listener is called
 * at each: tests end the process there.
 */
export type Step =
  | 'before the journal’s start'
  | 'after the journal’s start'
  | 'before the file is renamed'
  | 'after the file is renamed'
  | 'before the pause is kept'
  | 'after the pause is kept'
  | 'after the wire is true'
  | 'before the journal’s end'
  | 'after the journal’s end';

export type StepListener = (step: Step) => void;
