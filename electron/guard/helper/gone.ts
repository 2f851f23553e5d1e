/** What the helper says of a container that has ended since it was listed: its namespace is gone, and tables with it. */
export const GONE = /process is gone|belongs to another container|the container is not running/;
