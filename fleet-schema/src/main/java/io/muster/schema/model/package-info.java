/**
 * The catalog of models that a fleet serves.
 *
 * <p>May import: schema.json, schema.client.
 */
@NullMarked
package io.muster.schema.model;

import org.jspecify.annotations.NullMarked;
