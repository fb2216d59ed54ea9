/**
 * Routing and validation of requests according to the OpenAPI document: parameters and JSON bodies.
 *
 * <p>May import: api.rest.schema.
 */
@NullMarked
package io.muster.api.rest.contract;

import org.jspecify.annotations.NullMarked;
