/**
 * Single hosts looked at closely for the doors that show one: which host, and what it answered
 * lately.
 *
 * <p>May import: schema, bus, api.fleet, api.http.
 */
@NullMarked
package io.muster.api.inspection;

import org.jspecify.annotations.NullMarked;
