/**
 * Inspection of single hosts for the endpoints that serve one host: host selection, and a cache of
 * inspection results.
 *
 * <p>May import: schema, bus, api.fleet, api.http.
 */
@NullMarked
package io.muster.api.inspection;

import org.jspecify.annotations.NullMarked;
