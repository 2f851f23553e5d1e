/** Programs that hold data and were not made to face strangers, known by their image or by the port they are asked at. */
import type { ContainerEndpoint } from '../topology/model.ts';

// One line per program, so that it reads as a table.
// prettier-ignore
const DATABASES = [
  { name: 'PostgreSQL', images: ['postgres', 'postgresql', 'postgis', 'timescaledb', 'pgvector'], ports: [5432] },
  { name: 'MySQL', images: ['mysql', 'mariadb', 'percona', 'mysql-server'], ports: [3306] },
  { name: 'MongoDB', images: ['mongo', 'mongodb'], ports: [27017] },
  { name: 'Redis', images: ['redis', 'valkey', 'redis-stack', 'keydb', 'dragonfly'], ports: [6379] },
  { name: 'Memcached', images: ['memcached'], ports: [11211] },
  { name: 'Elasticsearch', images: ['elasticsearch', 'opensearch'], ports: [9200] },
  { name: 'SQL Server', images: ['mssql', 'server', 'azure-sql-edge'], ports: [1433] },
  { name: 'ClickHouse', images: ['clickhouse', 'clickhouse-server'], ports: [8123, 9000] },
  { name: 'Cassandra', images: ['cassandra', 'scylla'], ports: [9042] },
  { name: 'CouchDB', images: ['couchdb'], ports: [5984] },
  { name: 'InfluxDB', images: ['influxdb'], ports: [8086] },
  { name: 'Neo4j', images: ['neo4j'], ports: [7687] },
  { name: 'RabbitMQ', images: ['rabbitmq'], ports: [5672] },
  { name: 'etcd', images: ['etcd'], ports: [2379] },
] as const;

export interface DatabasePort {
  readonly name: string;
  /** Inside the container. */
  readonly port: number;
}

/**
 * Which database a container's TCP port belongs to; null where it is none that is known.  The image has to agree where several
 * programs use a port for other things.
 *
 * @param port inside the container
 */
export function databaseAt({ image }: Pick<ContainerEndpoint, 'image'>, port: number): DatabasePort | null {
  const name = lastPart(image);
  const known = DATABASES.find(({ images }) => (images as readonly string[]).includes(name));
  if (known) return (known.ports as readonly number[]).includes(port) ? { name: known.name, port } : null;
  // An image of one's own: the port alone tells, if nobody else is usual there.
  const usual = DATABASES.find(({ ports }) => (ports as readonly number[]).includes(port) && !SHARED.has(port));
  return usual ? { name: usual.name, port } : null;
}

/** Ports at which other programs are at least as usual. */
const SHARED: ReadonlySet<number> = new Set([8123, 9000, 8086]);

function lastPart(image: string): string {
  return (
    (image.split('@')[0] ?? '')
      .replace(/:[^/]*$/, '')
      .split('/')
      .at(-1) ?? ''
  );
}
