/**
 * Routing and validation of requests according to the OpenAPI document: parameters, and JSON bodies
 * by their schemas.
 *
 * <p>May import: schema.json.
 */
@NullMarked
package io.muster.api.rest.contract;

import org.jspecify.annotations.NullMarked;
