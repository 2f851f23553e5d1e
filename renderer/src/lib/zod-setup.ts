// Must be imported before whatever uses zod: that otherwise probes `new Function`, which the content security policy forbids.
import * as z from 'zod';

z.config({ jitless: true });
