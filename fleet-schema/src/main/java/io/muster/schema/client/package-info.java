/**
 * A host as the REST interface registers and lists it.
 *
 * <p>May import: schema.json.
 */
@NullMarked
package io.muster.schema.client;

import org.jspecify.annotations.NullMarked;
