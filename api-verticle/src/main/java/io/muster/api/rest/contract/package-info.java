/**
 * Requests read as the OpenAPI document has them: parameters, and bodies of JSON.
 *
 * <p>May import: api.rest.schema.
 */
@NullMarked
package io.muster.api.rest.contract;

import org.jspecify.annotations.NullMarked;
