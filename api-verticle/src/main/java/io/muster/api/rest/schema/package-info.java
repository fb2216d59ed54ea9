/**
 * What a value of a request must be, as a schema of the OpenAPI document says, and what is said of
 * one that is something else.
 *
 * <p>May import: schema.json.
 */
@NullMarked
package io.muster.api.rest.schema;

import org.jspecify.annotations.NullMarked;
