/**
 * Validation of request values by the schemas of the OpenAPI document, and the exception for
 * invalid values.
 *
 * <p>May import: schema.json.
 */
@NullMarked
package io.muster.api.rest.schema;

import org.jspecify.annotations.NullMarked;
