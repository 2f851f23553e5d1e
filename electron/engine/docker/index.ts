/** A real engine, through its API. */
export { createDockerDriver, type DockerDriverOptions } from './driver.ts';
