import { describe, expect, it } from 'vitest';
import { connectionFault, isConnectionFault, refusal } from './faults.ts';

describe('what went wrong below HTTP', () => {
  it.each([
    ['ENOENT', 'ENGINE_ABSENT', 'Start Docker'],
    ['EACCES', 'ENGINE_PERMISSION', 'docker group'],
    ['EPERM', 'ENGINE_PERMISSION', 'docker group'],
    ['ECONNREFUSED', 'ENGINE_UNREACHABLE', 'start it'],
    ['ENOTFOUND', 'ENGINE_UNREACHABLE', 'name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'ENGINE_TLS', 'DOCKER_CERT_PATH'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ENGINE_TLS', 'DOCKER_CERT_PATH'],
    ['CERT_HAS_EXPIRED', 'ENGINE_TLS', 'DOCKER_CERT_PATH'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'ENGINE_TLS', 'DOCKER_CERT_PATH'],
    ['EPROTO', 'ENGINE_TLS', 'DOCKER_CERT_PATH'],
  ])('%s is %s and says what to do', (system, code, hint) => {
    const fault = connectionFault('unix:///x', Object.assign(new Error('raw'), { code: system }));
    expect(fault).toMatchObject({ code, hint: expect.stringContaining(hint) as unknown });
    expect(fault.message).toContain('unix:///x');
    expect(isConnectionFault(fault)).toBe(true);
  });

  it.each([
    [409, 'Conflict. The container name "/web" is already in use by container "abc".', 'BAD_INPUT', 'another name'],
    [500, 'driver failed: Bind for 0.0.0.0:80 failed: port is already allocated', 'ENGINE_REFUSED', 'publish another'],
    [500, 'write /var/lib/docker/x: no space left on device', 'ENGINE_REFUSED', 'Free space'],
    [500, 'Unexpected status code 404', 'ENGINE_REFUSED', 'cannot be searched'],
    [404, 'No such image: nginx:9', 'NOT_FOUND', 'Pull'],
    [400, 'no command specified', 'BAD_INPUT', 'which to run'],
    [400, 'invalid mount config: mount path must be absolute', 'BAD_INPUT', 'begin with /'],
    [404, 'No such container: web', 'NOT_FOUND', 'removed meanwhile'],
    [409, 'container abc is not running', 'ENGINE_REFUSED', 'Start the container'],
  ])('%d "%s" says what to do next', (status, words, code, hint) => {
    expect(refusal(status, words)).toMatchObject({
      code,
      message: words,
      hint: expect.stringContaining(hint) as unknown,
    });
  });

  it('is not what an engine that answers refuses', () => {
    expect(isConnectionFault(refusal(403, 'no'))).toBe(false);
    expect(refusal(400, 'Client sent an HTTP request to an HTTPS server.')).toMatchObject({ code: 'ENGINE_TLS' });
  });
});
