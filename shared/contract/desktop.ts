/** Between the page and the desktop app around it: menus and links on one side, the user's language on the other. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { ACTION_IDS } from '../actions/registry.ts';
import { procedure } from './procedure.ts';

export const language = z.enum(['en', 'zh-CN']);
export type Language = z.infer<typeof language>;

export const desktopContract = {
  /** What native menus ask the page to do, from `shared/actions`; silent in a browser. */
  watch: procedure.output(eventIterator(z.object({ action: z.enum(ACTION_IDS) }))),
  /** Which language the page speaks, so that menus, tray and notifications speak it too. */
  speak: procedure.input(z.object({ language })),
};
