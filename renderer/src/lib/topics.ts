/** What the guide explains, in the order in which one builds on the other. */
export const TOPICS = ['engine', 'image', 'container', 'network', 'link', 'volume', 'discovery', 'blocking'] as const;
export type Topic = (typeof TOPICS)[number];

/** Where on the demo engine each can be tried: addresses of this page. */
export const EXPERIMENTS: Readonly<Record<Topic, string>> = {
  engine: '#/overview',
  image: '#/images',
  container: '#/containers/shop-worker-1',
  network: '#/matrix/shop-proxy-1/shop-cache-1',
  link: '#/matrix/legacy-app/legacy-db',
  volume: '#/matrix/shop-api-1/shop-worker-1',
  discovery: '#/matrix/shop-web-1/shop-api-1',
  blocking: '#/matrix/shop-web-1/shop-db-1',
};
