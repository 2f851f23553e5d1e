import { Modal } from '@mantine/core';
import { useEffect, useRef, type ReactElement } from 'react';
import { useApp, useAppStore, type Asked } from '../../lib/store.ts';
import { FlowView } from '../explain/flow-view.tsx';
import { useFlow, useFlowRunner } from '../explain/use-flow.ts';

/** One change that is about more than a pair: its plan, the question, what happens, and the result. */
export function ChangeDialog(): ReactElement {
  const store = useAppStore();
  const asked = useApp((state) => state.asked);
  const close = (): void => store.setState({ asked: null });
  return (
    <Modal.Root opened={asked !== null} onClose={close} size="lg">
      <Modal.Overlay />
      <Modal.Content data-testid="change-dialog">
        {asked && (
          <Modal.Body className="confirm change">
            <Modal.Title className="confirm-title">{asked.about}</Modal.Title>
            <Course asked={asked} onEnd={close} />
          </Modal.Body>
        )}
      </Modal.Content>
    </Modal.Root>
  );
}

function Course(props: { readonly asked: Asked; readonly onEnd: () => void }): ReactElement {
  const { asked, onEnd } = props;
  const { subject } = asked;
  const runner = useFlowRunner();
  const flow = useFlow(subject);
  const seen = useRef(flow);
  useEffect(() => {
    seen.current = flow;
    if (flow.phase === 'idle') onEnd();
  });
  // What runs goes on without the dialog; a plan does not.
  useEffect(() => () => runner.leave(subject, seen.current), [runner, subject]);
  return <FlowView flow={flow} subject={subject} runner={runner} onRelease={() => undefined} />;
}
