/**
 * Responses in the envelope: sent whole, or page by page.
 *
 * <p>May import: schema.json, bus, api.http.
 */
@NullMarked
package io.muster.api.rest.response;

import org.jspecify.annotations.NullMarked;
