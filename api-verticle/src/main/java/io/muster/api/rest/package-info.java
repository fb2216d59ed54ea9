/**
 * The REST endpoints: the operations of the OpenAPI document, with responses in the envelope of
 * gpuf-s.
 *
 * <p>May import: schema, bus, api.content, api.http, api.rest.contract, api.rest.series.
 */
@NullMarked
package io.muster.api.rest;

import org.jspecify.annotations.NullMarked;
