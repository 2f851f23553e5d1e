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

  it('is not what an engine that answers refuses', () => {
    expect(isConnectionFault(refusal(403, 'no'))).toBe(false);
    expect(refusal(400, 'Client sent an HTTP request to an HTTPS server.')).toMatchObject({ code: 'ENGINE_TLS' });
  });
});
