// Must be the page's first import: zod otherwise probes `new Function`, which the content security policy forbids.
import * as z from 'zod';

z.config({ jitless: true });
