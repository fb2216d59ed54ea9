/**
 * The stored history of a host: heartbeats, and the results computed from them.
 *
 * <p>May import: schema.json, schema.client.
 */
@NullMarked
package io.muster.schema.history;

import org.jspecify.annotations.NullMarked;
