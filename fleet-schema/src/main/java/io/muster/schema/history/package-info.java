/**
 * What is remembered of a host: heartbeats, and the answers computed from them.
 *
 * <p>May import: schema.json, schema.client.
 */
@NullMarked
package io.muster.schema.history;

import org.jspecify.annotations.NullMarked;
