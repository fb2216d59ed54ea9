/**
 * Clients: hosts as registered and listed by the REST interface.
 *
 * <p>May import: schema.json.
 */
@NullMarked
package io.muster.schema.client;

import org.jspecify.annotations.NullMarked;
