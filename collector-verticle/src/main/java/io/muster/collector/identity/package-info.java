/**
 * The identity of this host: its hostname, and the client id that stays the same after restarts.
 *
 * <p>May import: collector.proc, schema.json, schema.client, runtime.file.
 */
@NullMarked
package io.muster.collector.identity;

import org.jspecify.annotations.NullMarked;
