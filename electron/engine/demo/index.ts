export { createDemoDriver } from './driver.ts';
