/**
 * The newest frame of every host, and what of it is shown.
 *
 * <p>May import: schema, bus, api.http, api.stream.
 */
@NullMarked
package io.muster.api.fleet;

import org.jspecify.annotations.NullMarked;
