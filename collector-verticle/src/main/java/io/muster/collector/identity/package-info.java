/**
 * Who this host is: its name, and the client id that outlives restarts.
 *
 * <p>May import: collector.proc, schema.client.
 */
@NullMarked
package io.muster.collector.identity;

import org.jspecify.annotations.NullMarked;
