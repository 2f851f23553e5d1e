/** Jobs whose failure is shown where they were begun: the tray need not say it again. */
export const handledJobs = new Set<string>();
